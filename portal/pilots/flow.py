"""States of a pilot, its sides and outcomes in words, and its events and notices."""

from portal.core.flow import Flow, Kind, Move, Notice, Thing
from portal.core.words import N_
from portal.pilots.rules import verdict

Thing("pilot", N_("pilot"), "/pilots/{}", "pilots.see")

DRAFT, RUNNING, WENT, STOPPED, OPEN_END = "draft", "running", "go", "stopped", "inconclusive"

# fmt: off
FLOW = Flow(
    "pilot", DRAFT,
    {
        DRAFT:    N_("plan, not signed"),
        RUNNING:  N_("running"),
        WENT:     N_("go: to be rolled out"),
        STOPPED:  N_("stopped"),
        OPEN_END: N_("ended without a verdict"),
    },
    Move("freeze",     (DRAFT,),   RUNNING,  "pilots.sign",   N_("Sign the charter")),
    Move("go",         (RUNNING,), WENT,     "pilots.decide", N_("Go")),
    Move("extend",     (RUNNING,), RUNNING,  "pilots.decide", N_("Extend")),
    Move("stop",       (RUNNING,), STOPPED,  "pilots.decide", N_("Stop")),
    Move("give_up",    (RUNNING,), OPEN_END, "pilots.decide", N_("End without a verdict")),
)

AHEAD, UNDER_WAY, OVER = "ahead", "under_way", "over"
STAGES = {
    AHEAD:     N_("signed, not begun yet"),
    UNDER_WAY: N_("week %(week)s of %(weeks)s"),
    OVER:      N_("all its weeks are over"),
}
"""Where a running pilot is in its weeks."""

VERBS = {verdict.GO: "go", verdict.EXTEND: "extend", verdict.STOP: "stop", verdict.INCONCLUSIVE: "give_up"}
"""The move that an outcome of the gate makes."""

DECISIONS = PROPOSAL, TAKEN, REFUSED = "proposed", "taken", "refused"
"""States of a decision: against the rule it is a proposal until the other signer has said yes or no."""

PILOT, COMPARISON = "pilot", "comparison"
SIDES = {
    PILOT:      N_("pilot"),
    COMPARISON: N_("comparison"),
}

OUTCOMES = {
    verdict.GO:            N_("Go"),
    verdict.EXTEND:        N_("Extend"),
    verdict.STOP:          N_("Stop"),
    verdict.INCONCLUSIVE:  N_("No verdict"),
    verdict.NOT_JUDGEABLE: N_("Not judgeable"),
    verdict.ON:            N_("Carry on"),
}

VERDICTS = {
    verdict.MET:         N_("It works, and by about enough."),
    verdict.CLEARLY_MET: N_("Even the cautious reading is enough."),
    verdict.MISSED:      N_("Even the hopeful reading is not enough."),
    verdict.HARM:        N_("It made things worse."),
    verdict.UNCLEAR:     N_("The teams differ too much to say."),
    verdict.SAFE:        N_("No harm beyond the margin."),
    verdict.BREACHED:    N_("Harm beyond the margin."),
}
"""A verdict on a criterion as one says it aloud."""

TASKS = {
    "sign": N_("sign the charter"),
    "look": N_("take the look that is due"),
    "decide": N_("decide at the gate"),
    "second": N_("say yes or no to a decision against the rule"),
}
"""What waits for a person, by the key of `queries.waiting_for`."""

REASONS = {
    "roster_changed":        N_("Not all teams can be compared: one has no figures before or during the pilot."),
    "roster_unknown":        N_("It is not known whether all teams can be compared."),
    "weeks_missing":         N_("Too many weeks of the teams have no figures."),
    "weeks_unknown":         N_("There are no weeks with figures yet."),
    "contaminated":          N_("Too many people of the comparison teams already work the new way."),
    "contamination_unknown": N_("It is not known how many people of the comparison teams work the new way."),
    "use_unknown":           N_("It is not known how many people of the pilot teams work the new way."),
    "not_tried_yet":         N_("The pilot teams do not use it enough yet to judge it."),
    "not_tried":             N_("It was not really tried: the pilot teams did not use it enough."),
    "never_tried":           N_("It was not really tried, and there is no extension left."),
    "breached":              N_("A guardrail is breached."),
    "harm":                  N_("It made things worse."),
    "nothing_asked":         N_("The charter asks nothing that could be judged."),
    "met":                   N_("What the charter asked for is met, and no guardrail is in danger."),
    "too_early":             N_("It is too early: this look asks for more than the last one."),
    "missed":                N_("What the charter asked for is out of reach."),
    "unsettled":             N_("It is not settled yet; the charter allows an extension."),
    "undecided":             N_("The figures do not settle it; people decide."),
}
"""Why the rule of the gate says what it says, by the row that matched."""

CREATED = Kind("pilot.created", N_("%(actor)s planned the pilot “%(pilot)s”."), pilot="text")
CHANGED = Kind("pilot.changed", N_("%(actor)s changed the plan of the pilot “%(pilot)s”."), pilot="text", timeline=False)
SIGNED = Kind("pilot.signed", N_("%(actor)s signed the charter of the pilot “%(pilot)s”."), pilot="text")
FROZEN = Kind("pilot.frozen", N_("The charter of the pilot “%(pilot)s” is frozen, with the mark %(mark)s."), pilot="text", mark="text")
LOOKED = Kind("pilot.looked", N_("%(actor)s took look %(number)s of the pilot “%(pilot)s”."), pilot="text", number="int")
PROPOSED = Kind("pilot.proposed", N_("%(actor)s proposed, against the rule, for the pilot “%(pilot)s”: %(outcome)s."), pilot="text", outcome="word")
DECIDED = Kind("pilot.decided", N_("%(actor)s decided at the gate of the pilot “%(pilot)s”: %(outcome)s."), pilot="text", outcome="word")
WITHDRAWN = Kind("pilot.withdrawn", N_("%(actor)s did not agree to the proposal for the pilot “%(pilot)s”."), pilot="text")

TOLD_TO_SIGN = Notice("pilot.to_sign", N_("The charter of the pilot “%(pilot)s” waits for your signature."), pilot="text")
TOLD_FROZEN = Notice("pilot.frozen", N_("The charter of the pilot “%(pilot)s” is signed; it runs from %(day)s."), pilot="text", day="day")
TOLD_PROPOSED = Notice("pilot.proposed", N_("A decision against the rule waits for your yes: pilot “%(pilot)s”."), pilot="text")
TOLD_REFUSED = Notice("pilot.refused", N_("%(actor)s does not agree to the decision against the rule: pilot “%(pilot)s”."), pilot="text")
TOLD_DECIDED = Notice("pilot.decided", N_("Gate of the pilot “%(pilot)s”: %(outcome)s."), pilot="text", outcome="word")
# fmt: on
