package province

// account decides what becomes of the visits of a file, counts what will stand
// and remembers what is sent again. It returns those that the file holds, and
// those that go out under the code of no facility.
func (w *writer) account(visits []sending, plan *filePlan) (sent, stray []sending) {
	for _, s := range visits {
		_, what := w.maker.version(s)
		if what.fault == faultUnknownFacility {
			stray = append(stray, s)
			if w.settings.arrived(s.day) {
				w.ledger.dirt[what.fault]++
				w.stand(s)
			}
			continue
		}
		if what.fault != faultNone {
			// A reader may count what it sets aside once or twice where the same
			// bytes come twice: dirty visits are not in copied files.
			plan.copied = false
		}
		sent = append(sent, s)
		w.follow(s, *plan, what)
	}
	w.accountFile(*plan, len(sent))
	return sent, stray
}

// follow counts the sendings of one visit and the version that stands once all
// that has arrived is loaded. The second sending is always the newer one, by
// NGAYLAP or, on the last day, by the time of the file; but a whole version
// outranks a partial one.
func (w *writer) follow(s sending, plan filePlan, what fate) {
	first := plan.fault == faultNone && w.settings.arrived(plan.arrivesOn)
	second := !what.again.IsZero() && w.settings.arrived(what.again)
	if !what.again.IsZero() {
		w.remember(s, what)
	}
	spoilt := what.fault == faultPartBase64Resent
	if seen := spoilt && second || !spoilt && first; seen && what.fault != faultNone {
		w.ledger.dirt[what.fault]++
	}
	switch {
	case second && what.changes:
		w.ledger.truth.Sent.Resends++
	case second && !spoilt:
		w.ledger.truth.Sent.Duplicates++
	}
	switch {
	case second && !(spoilt && first):
		s.again = true
		w.stand(s)
	case first && (what.fault == faultNone || faults[what.fault].stands):
		w.stand(s)
	}
}

// stand counts a version that stands at the end.
func (w *writer) stand(s sending) {
	v, _ := w.maker.version(s)
	w.ledger.stand(v, s.day)
	w.visits.stand(v)
	w.plant.canary(v)
}

// remember keeps a second sending for its day.
func (w *writer) remember(s sending, what fate) {
	s.again = true
	if w.again[what.again] == nil {
		w.again[what.again] = map[string][]sending{}
	}
	w.again[what.again][s.facility.Code] = append(w.again[what.again][s.facility.Code], s)
}

// accountFile counts a file, unless it has not arrived.
func (w *writer) accountFile(plan filePlan, dossiers int) {
	if dossiers == 0 || !w.settings.arrived(plan.arrivesOn) {
		return
	}
	sent := &w.ledger.truth.Sent
	sent.Files++
	sent.LateFiles += one(plan.suffix != "")
	if plan.fault != faultNone {
		sent.RefusedFiles++
		w.ledger.dirt[plan.fault]++
		return
	}
	sent.Dossiers += dossiers
	if plan.copied {
		sent.Files++
		sent.LateFiles += one(plan.suffix != "")
		sent.CopiedFiles++
		sent.CopiedDossiers += dossiers
	}
}
