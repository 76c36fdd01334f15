package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thidua/configs"
)

// readmeBlocks returns the blocks of YAML below a heading of README.md.
func readmeBlocks(t *testing.T, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var blocks []string
	for _, rest := range strings.Split(section, "\n```yaml\n")[1:] {
		block, _, _ := strings.Cut(rest, "```")
		blocks = append(blocks, block)
	}
	return blocks
}

// TestReadme does what README.md says about a dataset of one's own: the blocks are
// put where it says, and a file with such a document brings a row.
func TestReadme(t *testing.T) {
	t.Parallel()
	blocks := readmeBlocks(t, "Adding a dataset and a job")
	if len(blocks) != 2 {
		t.Fatalf("the section has %d blocks of YAML, want a dataset and a part of a job", len(blocks))
	}
	w := newWorkspace(t)
	place, _, _ := strings.Cut(strings.TrimPrefix(blocks[0], "# "), "\n")
	w.put(t, filepath.Join(w.dir, filepath.FromSlash(place)), []byte(blocks[0]))
	w.replace(t, "configs/jobs/claims.yaml", builtInClaims, "\ninto:\n", "\n"+blocks[1])
	set, err := configs.Load(os.DirFS(w.dir))
	if err != nil {
		t.Fatalf("the blocks of README.md: %v", err)
	}
	job, _ := set.Job("claims")
	if _, fed := job.Into["tb_treatment"]; !fed || set.Datasets["tb_treatment"] == nil {
		t.Fatal("the blocks of README.md declare no tb_treatment that claims feeds")
	}

	treatment, err := os.ReadFile(filepath.Join("testdata", "parts", "tb_treatment.xml"))
	if err != nil {
		t.Fatal(err)
	}
	f := readClaims(t, sample(t, "three_visits.xml"))
	f.dossiers[0].parts = append(f.dossiers[0].parts, &claimPart{label: "XML15", text: treatment})
	w.put(t, w.claims("1.xml"), f.bytes())
	w.must(t, exitWell, "run")
	r := w.published(t)
	defer r.close()
	r.wants("the row of the document", `SELECT t.facility_code, t.visit_key = v.visit_key, t.started_on::VARCHAR, t.ended_on, v.main_disease
		FROM tb_treatment t JOIN visit v USING (dossier)`, "79999|true|2026-10-06|<nil>|I10")
	r.wants("all visits", `SELECT count(*) FROM visit`, "3")
	r.wants("rows of all documents", `SELECT count(*) FROM tb_treatment`, "1")
}
