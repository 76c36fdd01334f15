/*
 * sax walks claim files (GIAMDINHHS) with libxml2's SAX2 parser and keeps nothing:
 * the reference that a load into the database is held to. It does the least that
 * any program has to do with such files: read each file, walk the envelope, decode
 * the base64 of every NOIDUNGFILE, walk the document inside, and count elements
 * and characters so that no work can be left out. One thread, one parser for the
 * envelopes and one for the documents, both kept over all files.
 *
 *	sax DIR
 *
 * prints one line of JSON: files, bytes, documents, elements, characters, errors,
 * seconds. Documents are the base64 parts; elements and characters are those of
 * the envelopes and the documents together, in bytes of UTF-8.
 */
#define _XOPEN_SOURCE 700

#include <ftw.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const int OPTIONS = XML_PARSE_HUGE | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;

/* A buffer that only grows. */
struct buffer {
	char *bytes;
	size_t length, capacity;
};

static struct {
	unsigned long long files, bytes, documents, elements, characters, errors;
} total;

static struct buffer content, payload;
static int inside_content;
static signed char digit[256];
static xmlParserCtxtPtr envelope, document;

static void reserve(struct buffer *b, size_t capacity)
{
	if (capacity <= b->capacity)
		return;
	b->capacity = capacity * 2;
	b->bytes = realloc(b->bytes, b->capacity);
	if (b->bytes == NULL) {
		fputs("sax: out of memory\n", stderr);
		exit(1);
	}
}

static void prepare_digits(void)
{
	const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(digit, -1, sizeof digit);
	for (int i = 0; i < 64; i++)
		digit[(unsigned char)alphabet[i]] = (signed char)i;
}

/*
 * decode turns base64 into bytes in place and returns their number. Whatever is no
 * digit is passed over, which covers padding and wrapped lines.
 */
static size_t decode(char *text, size_t length)
{
	const unsigned char *in = (const unsigned char *)text, *end = in + length;
	unsigned char *out = (unsigned char *)text;
	unsigned int bits = 0;
	int count = 0;

	while (in < end) {
		if (count == 0 && end - in >= 4) {
			int a = digit[in[0]], b = digit[in[1]], c = digit[in[2]], d = digit[in[3]];
			if ((a | b | c | d) >= 0) {
				unsigned int word = (unsigned)a << 18 | (unsigned)b << 12 | (unsigned)c << 6 | (unsigned)d;
				*out++ = (unsigned char)(word >> 16);
				*out++ = (unsigned char)(word >> 8);
				*out++ = (unsigned char)word;
				in += 4;
				continue;
			}
		}
		int value = digit[*in++];
		if (value < 0)
			continue;
		bits = bits << 6 | (unsigned)value;
		if (++count == 4) {
			*out++ = (unsigned char)(bits >> 16);
			*out++ = (unsigned char)(bits >> 8);
			*out++ = (unsigned char)bits;
			bits = 0;
			count = 0;
		}
	}
	if (count == 2)
		*out++ = (unsigned char)(bits >> 4);
	if (count == 3) {
		*out++ = (unsigned char)(bits >> 10);
		*out++ = (unsigned char)(bits >> 2);
	}
	return (size_t)(out - (unsigned char *)text);
}

static void count_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
			  int namespaces, const xmlChar **ns, int attributes, int defaulted, const xmlChar **values)
{
	(void)ctx, (void)name, (void)prefix, (void)uri, (void)namespaces, (void)ns, (void)attributes, (void)defaulted, (void)values;
	total.elements++;
}

static void count_characters(void *ctx, const xmlChar *text, int length)
{
	(void)ctx, (void)text;
	total.characters += (unsigned long long)length;
}

static void begin_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
			  int namespaces, const xmlChar **ns, int attributes, int defaulted, const xmlChar **values)
{
	count_element(ctx, name, prefix, uri, namespaces, ns, attributes, defaulted, values);
	inside_content = strcmp((const char *)name, "NOIDUNGFILE") == 0;
	content.length = 0;
}

static void gather(void *ctx, const xmlChar *text, int length)
{
	count_characters(ctx, text, length);
	if (!inside_content)
		return;
	reserve(&content, content.length + (size_t)length);
	memcpy(content.bytes + content.length, text, (size_t)length);
	content.length += (size_t)length;
}

/*
 * end_element walks the document that the element held. Markup inside NOIDUNGFILE
 * has ended the gathering by opening elements of its own and was counted with them.
 */
static void end_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)ctx, (void)name, (void)prefix, (void)uri;
	if (!inside_content)
		return;
	inside_content = 0;
	size_t length = decode(content.bytes, content.length);
	if (length == 0)
		return;
	total.documents++;
	xmlCtxtReadMemory(document, content.bytes, (int)length, NULL, NULL, OPTIONS);
	if (!document->wellFormed)
		total.errors++;
}

static xmlParserCtxtPtr parser(startElementNsSAX2Func begin, endElementNsSAX2Func end, charactersSAXFunc characters)
{
	xmlParserCtxtPtr p = xmlNewParserCtxt();

	if (p == NULL) {
		fputs("sax: out of memory\n", stderr);
		exit(1);
	}
	memset(p->sax, 0, sizeof *p->sax);
	p->sax->initialized = XML_SAX2_MAGIC;
	p->sax->startElementNs = begin;
	p->sax->endElementNs = end;
	p->sax->characters = characters;
	p->sax->cdataBlock = characters;
	p->sax->ignorableWhitespace = characters;
	return p;
}

static int walk(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	size_t name = strlen(path);
	if (type != FTW_F || name < 4 || strcmp(path + name - 4, ".xml") != 0)
		return 0;
	reserve(&payload, (size_t)st->st_size + 1);
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		perror("sax: open");
		return 1;
	}
	payload.length = fread(payload.bytes, 1, (size_t)st->st_size, f);
	fclose(f);

	total.files++;
	total.bytes += payload.length;
	inside_content = 0;
	xmlCtxtReadMemory(envelope, payload.bytes, (int)payload.length, NULL, NULL, OPTIONS);
	if (!envelope->wellFormed)
		total.errors++;
	return 0;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;

	if (argc != 2) {
		fputs("usage: sax DIR\n", stderr);
		return 2;
	}
	LIBXML_TEST_VERSION
	prepare_digits();
	envelope = parser(begin_element, end_element, gather);
	document = parser(count_element, NULL, count_characters);

	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (nftw(argv[1], walk, 64, FTW_PHYS) != 0) {
		fputs("sax: the folder cannot be walked\n", stderr);
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);

	printf("{\"files\":%llu,\"bytes\":%llu,\"documents\":%llu,\"elements\":%llu,\"characters\":%llu,\"errors\":%llu,\"seconds\":%.6f}\n",
	       total.files, total.bytes, total.documents, total.elements, total.characters, total.errors,
	       (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
	return 0;
}
