/** Every hand-set number of the engine, each with its reason and what halving and doubling it does. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Days are counted from 2020-01-01 so that they fit 16 bits until 2199. */
export const DAY_ZERO = 18_262;

/** Evidence of one identity is added up over this long. Two hours is a work session. Half: slow hands escape; double: unrelated changes add up. */
export const WINDOW_MS = 2 * HOUR_MS;
/** Closed hours in which an identity was not heard of, after which its window is over whatever the times of its activities: sources may be late, but not idle. Half: what comes every two hours is not added up; double: more memory for those who fell silent. */
export const IDLE_HOURS = 4;
/** Evidence kept in a window; beyond it the weakest goes. */
export const WINDOW_ITEMS = 24;
/** Second and later evidence of one group counts this much: correlated things are not told twice. Half: rich attacks rank lower; double: one change looks like two. */
export const SECOND_IN_GROUP = 0.15;
/** Above this a group counts at `BEYOND_KNEE`: one odd thing, however odd, is one odd thing. Half: single strong signals drown; double: one odd dimension outranks three. */
export const GROUP_KNEE = 6;
export const BEYOND_KNEE = 0.5;

/** Distinct days before a new value is trusted: a deploy lives longer, a break-in is found by then. Half: poisoning is cheaper; double: changes stay suspicious a week. */
export const TRUST_DAYS = 3;
/** Weight of a value seen before but not trusted yet. */
export const PENDING_WEIGHT = 0.35;
/** Weight of a value that was alerted on before: the SOC knows it. */
export const ALERTED_WEIGHT = 0.1;
/** Distinct days of use after which an alerted value that nobody judged is trusted: its quarantine ends. Half: a week's silence of the SOC makes a thief a habit; double: a false alert nags for a month. */
export const ALERTED_DAYS = 14;
/** Share of a novelty's weight while the identity is young or thin, by popularity: what its class does is no news, what nobody does is. */
export const YOUNG_WEIGHTS = [0.5, 0.3, 0.1, 0, 0] as const;
/** Nats taken from a novelty by its popularity: what an intruder brings is seldom what peers have. Half: planned changes of a class rank with break-ins; double: an intruder who does what peers do is not told. */
export const POPULAR_PRIORS = [0, 0, 1, 2, 2] as const;
/** A pending value unused for longer than this never became a habit and counts as almost new. */
export const STALE_DAYS = 14;
export const STALE_WEIGHT = 0.8;
/** Weight of a value that comes back a month, a quarter, half a year or a year after its last use. Half: next to nothing; double: a quarterly job of many parts is told every time. */
export const RETURN_WEIGHT = 0.1;
/** Lengths of these in days, and how far a run may be off: weekends, holidays, months of 28 days. */
export const RETURNS = [30.4, 91.3, 182.6, 365.25] as const;
export const RETURN_SLACK_DAYS = 4;
/** A trusted value unused for this long is forgotten first; 400 days keep yearly jobs. */
export const FORGET_DAYS = 400;

/**
 * Days before an alert at which the profile is still believed when a person calls the alert an attack: what was learned since is
 * not. Five weeks. Half: who taught in small steps keeps his first ones; double: two months of honest changes are news again.
 */
export const ANCHOR_DAYS = 35;

/** Pseudo-days by which an identity's own novelty rate leans on its class, and the class on its tenant. Half: thin histories swing; double: real differences between kinds vanish. */
export const IDENTITY_PSEUDO_DAYS = 20;
export const CLASS_PSEUDO_DAYS = 60;
/** Before a tenant has a history: novelties a day, weighted as this many identity-days. */
export const PRIOR_RATE = 0.01;
export const PRIOR_DAYS = 100;
/** No rate is believed to be lower than this: worlds change. */
export const FLOOR_RATE = 0.0005;

/** Days for which an alert is looked at again in the light of what came after. Half: weekly workers never explain themselves; double: old alerts change under the reader. */
export const REVIEW_DAYS = 7;
/** Most that one more day on which only the new place was at work explains; e^3, one idle day in twenty of an identity that works daily. Half: moves stay suspicious for a week; double: one quiet day clears a thief. */
export const REPLACED_NATS = 3;

/**
 * Days for which a new model, version, configuration or tool set of an agent explains what it does otherwise: until what came with it
 * is a habit (`TRUST_DAYS`). Half: what shows on the second day looks unexplained; double: whoever can set a version has a week.
 */
export const EXPLAINS_DAYS = 3;
/** Share of a finding that such a change explains, and the most, in nats: e^2, as an order that one agent in seven changes by itself. Half: upgrades rank with odd days; double, and the whole of a finding: an attack is lost behind an upgrade (decision 0057). */
export const EXPLAINED_SHARE = 0.5;
export const EXPLAINED_NATS = 2;
/** The same for a first call of a tool that reads and that the agent declares since then: what the tool is there for. Half: every tool of a lively agent alerts once; double: nothing is left of it, and a declaration is worth more than a habit. */
export const NEW_TOOL_NATS = 4;
/** Part of `EXPLAINED_NATS` that counts where no peer has the new value: an intruder can write a version, not deploy it to others. Half: single upgrades alert; double: making one up is worth as much as a roll-out. */
export const ALONE_SHARE = 0.5;
/** A part of an agent that took so many values in so many days explains nothing: that it changed is no news. Half: weekly deployments explain nothing; double: tools named anew for every run explain everything. */
export const RESTLESS_VALUES = 4;
export const RESTLESS_DAYS = 28;

/** Days over which novelty rates fade by half. */
export const RATE_HALF_LIFE_DAYS = 45;
/** Days in which several adopters of one value are one roll-out. */
export const ROLLOUT_DAYS = 3;
/** A value is common in a class when this share of it holds it. */
export const COMMON_SHARE = 0.25;

/** Days of identity-day maxima from which the threshold is read. */
export const THRESHOLD_DAYS = 28;
/** Joint surprise below which nothing is raised for a budget of `FLOOR_BUDGET`; e^-4.5, one identity-day in 90. Half: small tenants fill their budget with noise; double: weak signals are never told. */
export const RAISE_FLOOR = 4.5;
/** Nats by which the floor rises when the budget falls by e: who asks for few alerts is told of what is certain. Half: quiet tenants are told of every new address; double: a large budget is spent on noise. */
export const FLOOR_SLOPE = 0.8;
export const FLOOR_BUDGET = 5;
/** Scores from here up are told to the population. */
export const SCORE_FROM = 2.5;
/** From here upward evidence is worth a line in the observe feed. */
export const OBSERVE_SHARE = 0.75;

/** Days over which observed and expected alerts of a class are told: a week has all weekdays. */
export const FIT_DAYS = 7;
/** A class that alerts more than this many times its share of the budget on so many days in a row does not fit. Half: a busy week is a misfit; double: a class fills the queue unnoticed. */
export const MISFIT_RATIO = 2;
export const MISFIT_DAYS = 3;

/** Identity-days of a peer class before p is read from them alone; fewer lean on the declared kind, then on the tenant. Half: p of a thin class is chance; double: fewer classes have a p of their own. */
export const REFERENCE_DAYS = 100;
/** Share of the reference days, the highest ones, above whose level the tail is exponential. */
export const TAIL_SHARE = 0.01;
/** Least nats over which the tail falls to a third: by their making, surprises fall off so. */
export const TAIL_NATS = 1;

/** Alerts for one cause are one incident while no more than this many whole event hours pass without one, at least one hour and less than two on the clock. Half: a slow fail-over is two incidents; double: two changes of one morning are one. */
export const INCIDENT_GAP_HOURS = 1;
/** A run of alerts longer than this is another incident: what never ends is no single event. */
export const INCIDENT_HOURS = 24;
/** A finding this strong, beside the strongest one, may be what an alert is raised for when that one has no value to share. Half: side effects make incidents; double: none but the strongest counts. */
export const CAUSE_SHARE = 0.5;

/** Days for which a benign verdict without an end approves what was seen. */
export const APPROVAL_DAYS = 90;

/** Prior probability that an identity is misused on a given day; one in ten thousand. Half or double: advice shifts by .7 nats. */
export const MISUSE_PRIOR = 1e-4;
/** Cost of leaving a misused identity alone, where an hour without the innocent one costs 1, when nothing grave was done; the gravest act costs ten times that. Half: one attack in ten more gets too little; double: six planned changes in four sets are suspended. */
export const MISUSE_LOSS = 12;
/** Share of circumstances (hours, pauses, loads, orders, new masters, new work of no consequence) that counts when a credential is thought stolen: benign work has them too. Half: the same within noise; double: two planned changes more are suspended, three rotated. */
export const BESIDES_SHARE = 0.25;
/** Share of circumstances that counts where they are all there is: somebody should have to prove himself. Half: a quarter fewer are asked for proof; double: half of all alerts ask for it. */
export const UNCLEAR_SHARE = 0.5;
/** Gravity, 0 to 1, from which what was done outlives session and key: granted rights, read secrets, switched-off logs. Half: one planned change is suspended; double: one attack in eight is no longer suspended. */
export const GRAVE_FROM = 0.5;
/** Sensitivity from which an act outlives even the one session that was provably stolen, and counts though it is usual: it gave rights, or hid traces. Half: secrets read in a stolen session suspend; at none: one attack in forty is no longer suspended. */
export const LASTING_FROM = 0.9;
/** Nats from which a new grave act counts with its whole gravity. Half: the same within noise; double: first signs of an attack lose their weight, one in twenty of the dense set. */
export const GRAVE_NATS = 3;

/** Weaker findings are not evidence. Half: noise in every alert; double: slow attacks lose their small signs. */
export const NOTED_NATS = 0.25;
/** An activity is cited, and keeps an episode open, when its strongest finding is at least this share of the alert's. Half: alerts never end; double: side work of an attack is not shown. */
export const CITED_SHARE = 0.3;
/** A value used on this share of an identity's active days is a habit even when those are few. */
export const HABIT_SHARE = 0.4;
/** A value must have been another's for so long before sharing it is telling: a platform's new key spreads within days. */
export const EXCLUSIVE_DAYS = 4;
/** Active days up to which an identity counts as young however long ago it was first seen. */
export const THIN_DAYS = 3;
/** A class with fewer members is compared with its whole kind. */
export const THIN_CLASS = 4;
/** Share of the alert's strongest finding that prolongs its episode. Half: an alert swallows the next attack; double: one attack makes many alerts. */
export const PROLONG_SHARE = 0.5;

/** Mature days after which a level with novelties on more than this share of them is not remembered value by value. */
export const VOLATILE_DAYS = 10;
export const VOLATILE_SHARE = 0.6;
/** Nats over which misuse of odds beyond even is spread at least. Half: one wild month lowers the bar twice as much; double: the bar rises under attack as if it were noise. */
export const FAR_SPREAD_NATS = 5;
/** Most that the company of others makes of a score, so that a budget is overrun by half at the very most when all of it is benign. Half: deafened twice as soon; double: under attack the budget is a wish. */
export const MISUSE_SHARE_MAX = 0.33;

/** New values of one dimension that an identity tells the population in a day: the table stays small, crowds are still seen. */
export const TOLD_PER_DAY = 8;

/** Threshold of a tenant with under three days of scores: only invariants speak then, and one strong one is enough. Half: weak ones raise too; double: a stolen session of the first days passes. */
export const COLD_THRESHOLD = 8.5;

/** Share of the budget that is planned for: life after the reference weeks is never calmer than they were. Half: the budget goes unused; 1: it is overrun by a tenth. */
export const SAFETY = 0.8;
/** Days of what was raised by which the planned share is steered, and how fast: as far as ever in four weeks, little by a single day. Half: slow to follow; double: swings with single days. */
export const STEER_DAYS = 28;
export const STEER_STEP = 0.06;
/** From this many days' budgets spent in one day each further one raises the bar by `BRAKE_NATS`. */
export const BRAKE_FROM = 1;
export const BRAKE_NATS = 2;

/** Surprise from which an alert is told however much of the budget is spent: e^14. Half: a flood of middling alerts leaves in one day; double: decoys in the morning hide a break-in at noon. */
export const ALWAYS_TOLD_NATS = 14;
/** Nats by which a known finding must have grown before that is news: twice as much, ln 2. Half: an alert that grows fills the inbox; double: it is told only when it is four times as much. */
export const GROWN_NATS = 0.7;

/** An invariant worth this much is raised whatever the budget says: e^9, one identity-day in eight thousand. */
export const CERTAIN_NATS = 9;
