package main

import (
	"fmt"
	"iter"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
)

// outside is a world of few records in the days before the day of the test. Each
// kind of prescription is in it, in each state, written in the manners of several
// facilities.
type outside struct {
	prescriptions []province.Prescription
	transfers     []province.Transfer
	// today is the local day of the test, kept as UTC.
	today time.Time
}

// daysAsked is how many days before today the jobs of these tests begin, with so
// many prescriptions each. The last page of a day is full on the last of them.
const daysAsked = 4

var prescriptionsOfDay = [daysAsked]int{6, 5, 5, 4}

// portalPassword is that of the accounts of the portals.
const portalPassword = "not-a-secret"

func newOutside() *outside {
	local := time.Now().UTC().Add(7 * time.Hour)
	o := &outside{today: time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)}
	for day, count := range prescriptionsOfDay {
		for i := range count {
			at := o.today.AddDate(0, 0, day-daysAsked).Add(time.Duration(8*60+i*37) * time.Minute)
			o.prescriptions = append(o.prescriptions, portalPrescription(len(o.prescriptions), at))
		}
	}
	for i := range 25 {
		facility := []string{"19101", "19102", "19103"}[i%3]
		o.transfers = append(o.transfers, province.Transfer{
			Number: i, Code: fmt.Sprintf("%s%010d", facility, i), Facility: facility, Visit: fmt.Sprintf("%s_%03d", facility, i),
			At: o.today.AddDate(0, 0, -1).Add(time.Duration(i) * time.Minute), Accepted: i%5 != 0,
		})
	}
	return o
}

// portalPrescription is number n, in a state that it came to at the instant.
func portalPrescription(n int, at time.Time) province.Prescription {
	kind := []string{province.KindBasic, province.KindNarcotic, province.KindPsychotropic, province.KindTraditional}[n%4]
	facility := []string{"19101", "19102", "19103", "19104", "19105"}[n%5]
	day := at.Truncate(24 * time.Hour)
	p := province.Prescription{
		Code: fmt.Sprintf("%s%07d-%s", facility, n, kind), Kind: kind,
		Facility: province.Prescriber{Code: facility, Name: "Bệnh viện Mẫu", Phone: "02080000000", Doctor: "LÊ VĂN BÁC SĨ"},
		Patient: province.Patient{
			Name: "TRẦN VĂN MẪU", Address: "Đồi Mẫu", Phone: "0900000011", BornOn: time.Date(1985, 3, 7, 0, 0, 0, 0, time.UTC),
			Sex: 2, CitizenID: fmt.Sprintf("019085%06d", n), Card: fmt.Sprintf("HT31919%08d", n),
		},
		Diagnoses:    []province.Diagnosis{{ICD: "I10", Name: "Tăng huyết áp", Conclusion: "Tăng huyết áp"}},
		Advice:       "Tái khám khi cần",
		Treatment:    1,
		RevisitDays:  30,
		PrescribedAt: at.Add(-time.Hour),
		State: province.State{
			Status:     []string{"da_tiep_nhan", "da_ban", "ban_mot_phan", "da_huy", "loi"}[n%5],
			ReceivedAt: at.Add(-time.Minute), UpdatedAt: at,
		},
	}
	for i := range 1 + n%3 {
		p.Drugs = append(p.Drugs, province.PrescribedDrug{
			Code: fmt.Sprintf("DQG%08d", i+1), Brand: "Mẫu", Name: "Thuốc Mẫu 500mg", Unit: "Viên", Quantity: 10 + i, Usage: "Uống",
		})
	}
	if kind != province.KindBasic {
		p.Courses = []province.MedicationCourse{{Number: 1, From: day, To: day.AddDate(0, 0, 9)}}
	}
	return p
}

// PrescriptionsAsOf lists the prescriptions updated between two instants.
func (o *outside) PrescriptionsAsOf(from, to, _ time.Time) iter.Seq[province.Prescription] {
	return func(yield func(province.Prescription) bool) {
		for _, p := range o.prescriptions {
			if at := p.State.UpdatedAt; !at.Before(from) && !at.After(to) && !yield(p) {
				return
			}
		}
	}
}

// Prescription finds none: no job here looks one up.
func (o *outside) Prescription(string, time.Time) (province.Prescription, bool) {
	return province.Prescription{}, false
}

// Transfers lists transfers behind the first ones.
func (o *outside) Transfers(after, limit int) []province.Transfer {
	rest := o.transfers[min(after, len(o.transfers)):]
	return rest[:min(limit, len(rest))]
}

// portalStatuses are the states of prescriptions at the gateway and in the dataset.
var portalStatuses = map[string]string{
	province.StatusReceived: "uploaded", province.StatusError: "error", province.StatusCancelled: "cancelled",
	province.StatusDispensed: "dispensed", province.StatusPartly: "partly_dispensed",
}

// truth lists what a job has to find, sorted: a line for each prescription or each
// transfer.
func (o *outside) truth(job string) []string {
	var lines []string
	if job == jobPrescriptions {
		for _, p := range o.prescriptions {
			lines = append(lines, fmt.Sprintf("%s %s %s %d %d", p.Code, portalStatuses[p.State.Status],
				p.State.UpdatedAt.Format(time.DateTime), len(p.Drugs), len(p.Courses)))
		}
	} else {
		for _, t := range o.transfers {
			lines = append(lines, fmt.Sprintf("%s %s %t", t.Facility, t.At.Format(time.DateTime), t.Accepted))
		}
	}
	slices.Sort(lines)
	return lines
}

// found asks the newest snapshot for the same lines.
func (o *outside) found(w *world, job string) []string {
	w.t.Helper()
	db := worldDatabase(w.t, w.published(), true)
	defer db.Close()
	query := `SELECT facility_code || ' ' || strftime(transferred_at, '%Y-%m-%d %H:%M:%S') || ' ' || accepted FROM health_record_transfer`
	if job == jobPrescriptions {
		query = `SELECT prescription_code || ' ' || status || ' ' || strftime(updated_at, '%Y-%m-%d %H:%M:%S') || ' ' ||
			(SELECT count(*) FROM prescription_item i WHERE i.prescription_code = p.prescription_code) || ' ' ||
			(SELECT count(*) FROM prescription_course c WHERE c.prescription_code = p.prescription_code) FROM prescription p`
	}
	var lines []string
	for _, row := range worldRows(w.t, db, query) {
		lines = append(lines, row[0])
	}
	slices.Sort(lines)
	return lines
}

// balance counts what is lost and what is doubled against the truth.
func balance(truth, found []string) (lost, doubled int) {
	count := map[string]int{}
	for _, line := range found {
		count[line]++
	}
	for _, line := range truth {
		count[line]--
	}
	for _, n := range count {
		lost += max(0, -n)
		doubled += max(0, n)
	}
	return lost, doubled
}

// portalJobs are the built-in jobs that ask a gateway, made for tests: small pages,
// a few days, and patience for a few seconds.
func portalJobs(w *world, o *outside) {
	w.t.Helper()
	first := o.today.AddDate(0, 0, -daysAsked).Format(time.DateOnly)
	const patience = "  retry: {attempts: 3, budget: 60s, first: 5ms, most: 20ms}\n  timeout: 3s\n  pages:\n"
	for name, edits := range map[string][][2]string{
		"prescriptions": {
			{"    size: 200\n", "    size: 4\n"},
			{"    from: \"2022-01-01\"\n", "    from: \"" + first + "\"\n"},
			{"    look_back: 7d\n", "    look_back: 1d\n"},
			{"  pages:\n", patience},
		},
		"health_record_transfers_gateway": {
			{"    size: 500\n", "    size: 10\n    max: 30\n"},
			{"  pages:\n", patience},
		},
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "configs", "jobs", name+".yaml"))
		worldMust(w.t, err)
		job := string(text)
		for _, e := range edits {
			if !strings.Contains(job, e[0]) {
				w.t.Fatalf("the built-in job %s has no line %q", name, e[0])
			}
			job = strings.Replace(job, e[0], e[1], 1)
		}
		file := w.path("configs", "jobs", name+".yaml")
		worldMust(w.t, os.MkdirAll(filepath.Dir(file), 0o750), os.WriteFile(file, []byte(job), 0o640))
	}
}

// portalCall runs the jobs against a portal with faults, and returns what a person
// sees and what the portal saw.
func portalCall(w *world, o *outside, lang string, password string, faults []portal.Fault, jobs ...string) (worldAnswer, []portal.Seen) {
	w.t.Helper()
	p, err := portal.New(portal.Config{Records: o, Now: time.Now, Password: portalPassword, Faults: faults})
	worldMust(w.t, err)
	server := httptest.NewServer(p)
	defer server.Close()
	a := portalRun(w, lang, server.URL, password, jobs...)
	return a, p.Requests()
}

// portalRun runs the jobs with an address and an account in the environment.
func portalRun(w *world, lang, url, password string, jobs ...string) worldAnswer {
	w.t.Helper()
	c := w.command(append([]string{"run", "--lang", lang}, jobs...)...)
	for _, job := range []string{"THIDUA_PRESCRIPTIONS_", "THIDUA_GATEWAY_"} {
		c.Env = append(c.Env, job+"URL="+url, job+"USER=19101", job+"PASSWORD="+password)
	}
	return w.ran(c)
}
