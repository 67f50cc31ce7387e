/** Every hand-set number that moves an alert and is no option of a detector: its name, its reason, and what half and double of it do. */

// A figure stands where it was measured. Where none stands, the sentence follows from what the code does with the number.

/** Unit: milliseconds of an hour. */
export const HOUR_MS = 3_600_000;
/** Unit: milliseconds of a day. */
export const DAY_MS = 86_400_000;
/** Unit: the day from which days are counted, 2020-01-01, in days since 1970, so that a day fits 16 bits until 2199. */
export const DAY_ZERO = 18_262;

// The window: how the findings of one identity add up.

/** Evidence of one identity is added up over this long. Two hours is a work session. Half: slow hands escape; double: unrelated changes add up. */
export const WINDOW_MS = 2 * HOUR_MS;
/** An identity that was not heard of for this many closed hours has no window left, whatever the times of its activities say: a source may be late, but it is not idle. Half: evidence that comes every two hours is not added up; double: the windows of silent identities take memory longer. */
export const IDLE_HOURS = 4;
/** A window keeps this many findings; beyond it the weakest goes. Half: an attack with many small signs loses some of them; double: a window takes twice the memory and gains findings that hardly count. */
export const WINDOW_ITEMS = 24;
/** Second and later evidence of one cause counts this much: correlated things are not told twice. Half: rich attacks rank lower; double: one change looks like two. */
export const SECOND_IN_GROUP = 0.15;
/** Weaker findings are not evidence. Half: noise in every alert; double: slow attacks lose their small signs. */
export const NOTED_NATS = 0.25;

// Novelty: what a value that is not a habit weighs.

/** Distinct days before a new value is trusted: a deploy lives longer, a break-in is found by then. Half: poisoning is cheaper, and .90 is found at 5 a day on dev-1 instead of .92; double: changes stay suspicious a week, 12.6 false a day there instead of 10.2. */
export const TRUST_DAYS = 3;
/** Weight of a value that was seen before and is not trusted yet. Half: the same within noise on dev-1; double: every change is told again on the days after, 11.3 false a day there instead of 10.2. */
export const PENDING_WEIGHT = 0.35;
/** Weight of a value that was alerted on before: the SOC knows it. Half: an attack that goes on adds nothing to its alert; double: a false alert comes back more often while nobody judges it. */
export const ALERTED_WEIGHT = 0.1;
/** Days after which an alerted value that nobody judged is trusted if it was used on `TRUST_DAYS` of them: its quarantine ends, since what the SOC has not said by then it will hardly say, and a thing of every week would be told for months. Half: a week's silence of the SOC makes a thief a habit; double: a false alert nags for a month. */
export const ALERTED_DAYS = 14;
/** Share of a novelty's weight while the identity is young or thin, by popularity: what its class does is no news, what nobody does is. Half: attacks on newcomers are told late; double: every newcomer with work of its own alerts. */
export const YOUNG_WEIGHTS = [0.5, 0.3, 0.1, 0, 0] as const;
/** Nats taken from a novelty by its popularity: what an intruder brings is seldom what peers have. Half: planned changes of a class rank with break-ins; double: an intruder who does what peers do is not told. */
export const POPULAR_PRIORS = [0, 0, 1, 2, 2] as const;
/** A pending value unused for longer than this never became a habit and counts as almost new. Half: fortnightly jobs are new each time; double: a value that an intruder tried a month ago passes as known. */
export const STALE_DAYS = 14;
/** Weight of such a stale value. Half: it passes almost like a pending one; double is more than a new value weighs: jobs that come seldom rank above first acts. */
export const STALE_WEIGHT = 0.8;
/** Weight of a value that comes back a month, a quarter, half a year or a year after its last use. Half: next to nothing; double: a quarterly job of many parts is told every time. */
export const RETURN_WEIGHT = 0.1;
/** Lengths of these in days: a month, a quarter, half a year, a year. They are the calendar's own. Half: jobs of the fortnight count as returns, yearly ones do not; double: monthly jobs are told as new. */
export const RETURNS = [30.4, 91.3, 182.6, 365.25] as const;
/** Days by which a return may be early or late: weekends, holidays, months of 28 days. Half: a job that slips over a weekend is told; double: one silence in six passes as a turn of the calendar. */
export const RETURN_SLACK_DAYS = 4;
/** Share of a silence that the run before it may have lasted to count as one run of a job. Half: jobs of more than a week a quarter are told each time; double: who worked for half a month and sleeps for one passes as a monthly job. */
export const RETURN_RUN_SHARE = 0.25;
/** A trusted value unused for this long is forgotten first; 400 days keep yearly jobs. Half: yearly jobs are new every year; double: values of years ago take the place of newer ones. */
export const FORGET_DAYS = 400;
/** A value used on this share of an identity's active days is a habit even when those are few. Half: a few days teach a seldom-used identity anything; double: weekly jobs take a month to learn. */
export const HABIT_SHARE = 0.4;
/** Part of the values of one dimension that may become trusted in a calendar week, so that nobody is taught a new life in a week. Half: a migration is told for two weeks; double: the bound is the whole table, and there is none. */
export const WEEKLY_SHARE = 0.5;
/** Values of one dimension that may become trusted in a week however small its table is. Half: a small table learns half a handful of honest changes and tells the rest; double: small tables can be replaced within a week or two. */
export const WEEKLY_LEAST = 4;
/** A value must have been another's for so long before sharing it is telling: a platform's new key spreads within days. Half: roll-outs of a key look like theft; double: a stolen key that is a week old is not told. */
export const EXCLUSIVE_DAYS = 4;
/** A key that more identities hold than this is a platform's and says nothing about one of them. Half: platform keys of small teams are told; double: a key shared by a whole team still alarms. */
export const EXCLUSIVE_HOLDERS = 5;
/** Active days up to which an identity counts as young however long ago it was first seen. Half: what comes on the third day of a seldom-used identity counts in full; double: attacks on seldom-used identities are told late. */
export const THIN_DAYS = 3;
/** A class with fewer members is compared with its whole kind. Half: two or three identities are a class that says nothing; double: classes of five are mixed up with all others of their kind. */
export const THIN_CLASS = 4;
/** Mature days after which a level with novelties on more than `VOLATILE_SHARE` of them is not remembered value by value. Half: a busy first week silences a level; double: identities that name everything anew fill their tables for longer. */
export const VOLATILE_DAYS = 10;
/** That share. Half: identities with a new value more often than every third day are silent there; double is more than all days: nothing is volatile, and names made anew for every run alert daily. */
export const VOLATILE_SHARE = 0.6;
/** New values of one dimension that an identity tells the population in a day: the table stays small, crowds are still seen. Half: a roll-out of many parts is half unknown to peers; double: one restless identity fills twice the rows. */
export const TOLD_PER_DAY = 8;

// Rates: how often benign identities see a novelty.

/** Pseudo-days by which an identity's own novelty rate leans on its class. Half: thin histories swing; double: identities that really differ from their class are judged by it for weeks. */
export const IDENTITY_PSEUDO_DAYS = 20;
/** Pseudo-days by which a class leans on its kind, and the kind on its tenant. Half: small classes swing; double: real differences between kinds vanish. */
export const CLASS_PSEUDO_DAYS = 60;
/** Novelties a day that are assumed before a tenant has a history. Half: first findings of a new tenant weigh .7 nats more; double: .7 nats less, until its own history outweighs `PRIOR_DAYS`. */
export const PRIOR_RATE = 0.01;
/** Identity-days of history that the assumed rate is worth. Half: the first odd days of a tenant set its rates; double: a small tenant is judged by an assumption for months. */
export const PRIOR_DAYS = 100;
/** No rate is believed to be lower than this: worlds change. Half: the rarest novelties weigh .7 nats more; double: .7 nats less, and first moves out of a known network fall behind ordinary change. */
export const FLOOR_RATE = 0.0005;
/**
 * Novelties a day, from the coarsest level to the exact one, that benign change brings to even the calmest identity: moves to another
 * network, upgrades, rotations, new branches and models. Half: such changes weigh .7 nats more each, and rotations and upgrades fill
 * the budget; double: .7 nats less, and a thief with a new address or key drops behind them.
 */
export const CHANGE_RATES = {
  network: [0.0005, 0.001, 0.004],
  client: [0.0005, 0.002, 0.01],
  credential: [0.001, 0.01],
  delegator: [0.0005, 0.001, 0.002, 0.004],
  actor: [0.0005, 0.004],
} as const;
/**
 * The same for people, who carry their places with them: home, office, telephone and hotel are a new network every other month or so
 * each, and there is a journey abroad now and then. Half: who travels is told of; double: a person's stolen session shows by what is done alone.
 */
export const PERSON_RATES = {
  network: [0.02, 0.04, 0.1],
  country: [0.005],
} as const;
/** Times what is expected that one day counts at the most in the rate of settled peers. Half: honest busy days are news again the next time; double: a day of decoys makes what they show usual for weeks. */
export const DAY_FACTOR = 4;
/** Identity-days with a novelty that one day may always count there, where next to none are expected. Half: rates of small classes lag behind; double: a handful of decoys a day moves the rate of a small class. */
export const DAY_LEAST = 3;
/** Days over which novelty rates fade by half. Half: a quiet month makes everything rare; double: a tenant that has calmed down is judged by its wild quarter. */
export const RATE_HALF_LIFE_DAYS = 45;

// Peers: classes and roll-outs.

/** Estimated overlap (Jaccard) of their sets of actions from which two identities are alike. Half: everything is one class; double: everyone is alone. */
export const ALIKE = 0.3;
/** Overlap by which the class that an identity is in is preferred to another, so that nobody moves back and forth between two like ones. Half: identities between two classes change more often, and each move is told to a class that knows them not; double: who has truly changed its work stays with its old peers. */
export const INCUMBENT_BONUS = 0.1;
/** Different actions from which an identity may found a class. Half: whoever has called two things founds one; double: workloads of three or four actions have no peers. */
export const FOUNDING_ACTIONS = 3;
/** Classes of one declared kind, fewer than 128; beyond it the rest share the kind's own class. Half: large tenants mix different work; double: small classes that say little, and more time a day to sort. */
export const CLASSES = 48;
/**
 * Days by which another may be younger than an identity and still speak for what is new to it: who was there first cannot be made up
 * afterwards, and a learning period is as exact as an age is known. Half: of a fleet that was connected within a week some do not count;
 * double: whoever forges an identity in the first month of another speaks for its thief.
 */
export const ELDER_DAYS = 14;
/** Days in which several adopters of one value are one roll-out. Half: a roll-out over a weekend is no roll-out; double: a thief who goes from one identity to the next looks like one. */
export const ROLLOUT_DAYS = 3;
/** Peers that have to take a value up within those days. Half: two identities with one intruder look like a roll-out; double: deploys to small groups are told one by one. */
export const ROLLOUT_ADOPTERS = 3;
/** Share of the class that they have to be, so that three of a thousand are none. Half: a few victims in a large class look like a roll-out; double: a roll-out in stages is told at its first stage. */
export const ROLLOUT_SHARE = 0.05;
/** A value is common in a class when this share of it holds it. Half: what a few peers do is no news; double: what a third of the peers do is. */
export const COMMON_SHARE = 0.25;

// Hindsight, agents and verdicts: what changes the weight of evidence afterwards.

/** Days for which an alert is looked at again in the light of what came after. Half: weekly workers never explain themselves; double: old alerts change under the reader. */
export const REVIEW_DAYS = 7;
/** Most that one more day on which only the new place was at work explains; e^3, one idle day in twenty of an identity that works daily. Half: moves stay suspicious for a week; double: one quiet day clears a thief. */
export const REPLACED_NATS = 3;
/** How sure it is that an identity that works every day would have been seen at its old place on a day on which it was still there. Half: a day speaks for a move with .6 nats at the most, and moves stay suspicious; double is beyond certain: the bound `REPLACED_NATS` alone holds. */
export const DAILY_WORK = 0.95;
/** Days on which an identity under an alert is seen only where it was strange, after which the alert says that it was carried on there. Half: every move is told twice; double: a thief has half a week. It moves no score. */
export const CARRIED_ON_DAYS = 2;
/** Others, under no suspicion, who must have a new value before it explains that the old one fell silent. Half: one other stolen identity speaks for a thief; double: moves within small teams stay suspicious. */
export const VOUCHING = 2;
/**
 * Days before an alert at which the profile is still believed when a person calls the alert an attack: what was learned since is
 * not. Five weeks. Half: who taught in small steps keeps his first ones; double: two months of honest changes are news again.
 */
export const ANCHOR_DAYS = 35;
/** Days for which a benign verdict without an end approves what was seen. Half: a quarterly job is asked about again each time; double: what a person waved through once is trusted for half a year. */
export const APPROVAL_DAYS = 90;
/**
 * Days for which a new model, version, configuration or tool set of an agent explains what it does otherwise: until what came with it
 * is a habit (`TRUST_DAYS`). Half: what shows on the second day looks unexplained; double: whoever can set a version has a week.
 */
export const EXPLAINS_DAYS = 3;
/** Share of a finding that such a change explains. Half: upgrades rank with odd days; double, and the whole of a finding: an attack is lost behind an upgrade (decision 0057). */
export const EXPLAINED_SHARE = 0.5;
/** Most that it explains, in nats: e^2, as an order that one agent in seven changes by itself. Half: upgrades rank with odd days; double: an attack is lost behind an upgrade (decision 0057). */
export const EXPLAINED_NATS = 2;
/** The same for a first call of a tool that reads and that the agent declares since then: what the tool is there for. Half: every tool of a lively agent alerts once; double is more than any first call weighs: nothing is left of it, and a declaration is worth more than a habit. */
export const NEW_TOOL_NATS = 5;
/** Part of `EXPLAINED_NATS` that counts where no peer has the new value: an intruder can write a version, not deploy it to others. Half: single upgrades alert; double: making one up is worth as much as a roll-out. */
export const ALONE_SHARE = 0.5;
/** A part of an agent that took so many values within `RESTLESS_DAYS` explains nothing: that it changed is no news. Half: weekly deployments explain nothing; double: tools named anew for every run explain everything. */
export const RESTLESS_VALUES = 4;
/** Those days. Half: a part has to change twice as often to explain nothing; double: monthly releases explain nothing. */
export const RESTLESS_DAYS = 28;
/** Share of the evidence that a change must explain to be named as the cause of an alert. Half: any change of the day is named; double is all of it: hardly any cause is named. It moves no score. */
export const NAMED_CAUSE_SHARE = 0.5;

// Changes: acts on identities and what they may do, which explain what follows or speak against it.

/** Days after such an act for which it explains or incriminates: until what came with it is a habit (`TRUST_DAYS`). Half: a key that is rolled out on the third day is unexplained; double: whoever gets a change made has a week. */
export const CHANGE_DAYS = 3;
/** Days since whoever made a change first made one of the kind, before its changes are usual. Half: who took a pipeline teaches it within a week; double: what is rotated monthly is explained from the third time on all the same, a new pipeline only after a month. */
export const USUAL_CHANGE_DAYS = 14;
/** Surprise of such an act below which it was made in the usual way. Half: a rotation for one more user explains nothing; double: one from a new client does. */
export const USUAL_CHANGE_NATS = 2;
/** Surprise of such an act from which it speaks against what follows it. Half: every new pipeline casts doubt on what it deploys; double: only a break-in that is told anyhow does. */
export const ODD_CHANGE_NATS = 3;
/**
 * Share of a finding that a change explains, and the most in nats, by what it made. A new key is nearly all that is new about its use; a
 * right says that it will be used and not how; a deployment brings new calls as an upgrade of an agent does (`EXPLAINED_SHARE`).
 * Half: rotations and roll-outs rank with odd days; double: an attack is lost behind a change that somebody else made.
 */
export const CHANGE_EXPLAINS = {
  credential: { share: 0.9, nats: 6 },
  identity: { share: 0, nats: 0 },
  right: { share: 0.75, nats: 4 },
  deployment: { share: 0.5, nats: 2 },
} as const;
/** An alert on whoever made a change casts doubt on what it made in so many hours before. Half: a thief who is found in the afternoon was believed in the morning; double: one false alert spoils two days of rotations. */
export const CHANGE_DOUBT_HOURS = 24;
/** Rights of one act that are told. Half: policies of many statements explain half of what they allow; double: rows of twice the bytes. */
export const CHANGE_RIGHTS = 8;
/** Changes, and other things counted once a day, of one identity after which it tells no more changes that day. Half: a busy pipeline explains half of its roll-outs; double: a flood of made-up changes fills twice the rows. */
export const CHANGES_TOLD = 128;
/** Changes kept of one key, identity or workload, the latest. Half: two deployments hide the grant before them; double: twice the memory. */
export const CHANGES_KEPT = 4;
/** Changes kept of a tenant; beyond it whoever made most of them loses its oldest. Half: large tenants forget yesterday's roll-out; double: twice the memory, some 8 MB a tenant. */
export const CHANGES_MAX = 10_000;

// Preparations: what is told though nothing is raised. It moves no alert.

/** Days over which an identity's news is counted, to tell whether somebody teaches it. Half: a new thing every three days passes; double: a fortnight's teaching is told after it. */
export const TAUGHT_WITHIN_DAYS = 14;
/** Days of them with news from which it is told: every second one. Half: busy fortnights are told; double: nothing is. */
export const TAUGHT_DAYS = 7;
/** Times as many such days as before, in equal time. Half: restless identities are told again and again; double: only those that never brought news. */
export const TAUGHT_FACTOR = 3;
/** Mature days before these weeks that must be there to compare with. Half: the first month of an identity is told; double: teaching in its first six weeks is not. */
export const TAUGHT_PAST_DAYS = 7;
/** Newcomers of a tenant from which a crowd is told. Half: small roll-outs are told; double: two dozen made-up peers are not. */
export const CROWD_LEAST = 10;
/** Times the usual number of newcomers in such a time, and least share of a tenant's identities, from which they are a crowd. Half: busy days are told; double: a slow army is not. */
export const CROWD_FACTOR = 5;
/** That share. Half: large tenants hear of one-in-forty days; double: of a tenth of made-up members nobody hears. */
export const CROWD_SHARE = 0.05;
/** Days over which a crowd may spread, beside a single one. Half: an army that comes over a week is not told; double: it is told after it has been there for a week. */
export const CROWD_WEEK_DAYS = 7;

// The threshold: what is raised, and what it spends.

/** Days of identity-day maxima from which the threshold is read. Half: one wild week sets it; double: it follows a changed tenant after two months. */
export const THRESHOLD_DAYS = 28;
/** Days of scores before a threshold is read from them; until then it is `COLD_THRESHOLD`. Half: two days set a month's bar; double: a tenant's first week hears of invariants alone. */
export const COLD_DAYS = 3;
/** Threshold of a tenant with fewer days of scores than `COLD_DAYS`: only invariants speak then, and one strong one is enough. Half: weak ones raise too; double: a stolen session of the first days passes. */
export const COLD_THRESHOLD = 8.5;
/** Days of a tenant's history before statistics alone make an alert more than medium or advise a suspension: of a week all weekdays are known. Half: the first Saturday may be high; double: a fortnight's thefts without an invariant are medium. It moves no alert, only its severity and advice. */
export const COLD_WEEK_DAYS = 7;
/**
 * Joint surprise below which nothing is raised, by false alerts a day; between them in proportion to the logarithm of the budget. Each is
 * a nat or more below the level that the judged months of all sets have: a learning period is calmer than what follows, and a threshold
 * read from it alone spends a week's budget on its first days. Half: small tenants fill their budget with noise; double: weak signals are
 * never told.
 */
export const RAISE_FLOORS = [
  [20, 3.3],
  [5, 4.4],
  [1, 6.4],
  [0.2, 7.65],
] as const;
/** Scores from here up are told to the population. Half: more rows, of which none is near a threshold; double: the threshold of a large budget is read from too few. */
export const SCORE_FROM = 2.5;
/** A day's score is told again when it has grown by this much: fewer rows, and the level is read to half a nat. Half: more rows, a threshold a quarter of a nat better; double: thresholds a nat too low. */
export const SCORE_STEP = 0.5;
/** Share of the threshold from which evidence is worth a line in the observe feed. Half: the feed holds every odd hour; double is beyond the threshold: the feed is empty. */
export const OBSERVE_SHARE = 0.75;
/**
 * Part of a standard deviation of a day's chance (Poisson: the square root of the budget) by which less than the budget is planned for:
 * life after the reference weeks is never calmer than they were, and a small budget is overrun by chance sooner than a large one. Under
 * a budget of 1 seven tenths are planned for, under one of 5 .87. Half: a sparse set has 1.2 times a budget of 1; double: the
 * budget of 1 goes half unused, and .02 to .05 less is found.
 */
export const MARGIN = 0.3;
/** Least share of the budget that is planned for, however small it is and however much was raised of late. Half: a noisy month leaves a tenant deaf for weeks; double: a class that floods the queue is hardly held back. */
export const SAFETY_LEAST = 0.25;
/** Days of judged alerts by which the planned share is steered. Half: one week's noise is forgotten the next fortnight; double: the bar stays up a month after the noise. */
export const STEER_DAYS = 28;
/** How fast it is steered by a day that people judged: as far as ever in four weeks, little by a single one. Half: slow to follow; double: swings with single days. */
export const STEER_STEP = 0.06;
/** Standard deviations above a day's budget, counted as chance counts (Poisson: the square root of the budget), from which a day is a bad one and each further one raises the bar by `BRAKE_NATS`. Half: ordinary evenings are braked, and what comes after the morning's noise waits for tomorrow; double: the worst day of a sparse fleet has 12 false alerts for 11, and .01 more is found under a budget of 1. */
export const BRAKE_FROM = 1;
/** Those nats. Half: a bad day brings more alerts; double: under a budget of 1 a world has 1.17 false alerts a day for 1.25, and .015 less is found. */
export const BRAKE_NATS = 2;
/** Surprise from which an alert is told however much of the budget is spent: e^14. Half: a flood of middling alerts leaves in one day; double: decoys in the morning hide a break-in at noon. */
export const ALWAYS_TOLD_NATS = 14;
/** Alerts without a common cause that wait on one day for the budget, from which the last of them is told with their number, and again at each doubling. Half: an ordinary bad day is told beyond its budget; double: seven wait for tomorrow and nobody knows. */
export const FLOOD_FROM = 4;
/** Nats by which a known finding must have grown before that is news: twice as much, ln 2. Half: an alert that grows fills the inbox; double: it is told only when it is four times as much. */
export const GROWN_NATS = 0.7;
/** An invariant worth this much is raised whatever the budget says: e^9, one identity-day in eight thousand. Half: stale inventory dates are raised beyond any budget; double: a stolen session waits for the threshold like anything else. */
export const CERTAIN_NATS = 9;

// What a score means.

/** Prior probability that an identity is misused on a given day; one in ten thousand. Half or double: advice shifts by .7 nats. */
export const MISUSE_PRIOR = 1e-4;
/** Part of each nat that counts when a score is turned into odds of misuse: evidence of one activity is never quite independent. Half: hardly anything is more likely misuse than not, advice stays at observing, and every alert spends a whole one of the budget; double: an ordinary odd day is called an attack, and spends nothing. */
export const SHRINK = 0.9;
/** Odds of misuse for each attack a day that is expected, of an alert as surprising as one benign identity-day a day is. Fitted to one labelled set, and held against others (docs/decisions/0132). Half: stated odds are half of it, and those who are told an attack is unlikely are wrong too often; double: those who are told it is likely are. */
export const STATED_ODDS = 0.11;
/** How fast those odds grow as fewer benign days are as surprising: less than in proportion, for alerts add up hours of which each may be odd. Half: nothing is ever likely; double: odd days are stated as certain. */
export const STATED_SLOPE = 0.6;
/** Log-odds by which what is stated is drawn to even, for the rate of attacks is never known well. Half: one world in four misses its word; double: hardly anything is stated as likely or unlikely. */
export const STATED_MARGIN = 0.4;
/** Confirmed attacks from which verdicts tell how often they come. Half: three verdicts set the odds of all that follows; double: a calm tenant never states any. */
export const TAUGHT_ATTACKS = 5;
/** Nats over which misuse of odds beyond even is spread at least. Half: one wild month lowers the bar twice as much; double: the bar rises under attack as if it were noise. */
export const FAR_SPREAD_NATS = 5;
/** Scores within this many nats of another are like it. Half: few are alike, and the share of misuse swings with single scores; double: a flood of weak ones hides a handful of middling ones. */
export const LIKE_NATS = 1;
/** Most that the company of others makes of a score, so that a budget is overrun by half at the very most when all of it is benign. Half: deafened twice as soon; double: under attack the budget is a wish. */
export const MISUSE_SHARE_MAX = 0.33;
/** Identity-days of a peer class before p is read from them alone; fewer lean on the declared kind, then on the tenant. Half: p of a thin class is chance; double: fewer classes have a p of their own. */
export const REFERENCE_DAYS = 100;
/** Share of the reference days, the highest ones, above whose level the tail is exponential. Half: the tail hangs on a few scores; double: it is read from ordinary days, and p of an attack comes out too large. */
export const TAIL_SHARE = 0.01;
/** Least nats over which the tail falls to a third: by their making, surprises fall off so. Half: p of a strong score is far too small; double: too large. */
export const TAIL_NATS = 1;
/** Days over which observed and expected alerts of a class are told: a week has all weekdays. Half: weekends make a difference; double: a class that stopped to fit shows late. */
export const FIT_DAYS = 7;
/** A class does not fit when chance alone (Poisson) brings as many alerts as it had in `FIT_DAYS` with less than this probability. Half: 7 alerts pass for chance where 1.4 are expected, and 28 where 14 are; double: a hundred classes that fit bring a false misfit in five weeks instead of ten. */
export const MISFIT_P = 0.001;

// Episodes and incidents: what is one alert, and what is one event.

/** Time since it was raised from which an alert takes in no more what would be told by itself: whoever is on duty has read it. Half: an attack of a day is two alerts; double: a theft hides for two days in an alert about something else. */
export const STORY_MS = DAY_MS;
/** Nothing new is learned of an identity for so long after the last evidence of its open alert. Half: an intruder who rests for an hour teaches; double: what an identity does all afternoon after a false alert is learned a day late. */
export const GATE_MS = 2 * HOUR_MS;
/** An activity is cited, and keeps an episode open, when its strongest finding is at least this share of the alert's. Half: alerts never end; double: side work of an attack is not shown. */
export const CITED_SHARE = 0.3;
/** Share of the alert's strongest finding that prolongs its episode. Half: an alert swallows the next attack; double: one attack makes many alerts. */
export const PROLONG_SHARE = 0.5;
/** Names of things that a finding keeps; of more it says that there were more. Half: a dozen secrets are told as six and more; double: alerts of more bytes. It moves no alert. */
export const THINGS_KEPT = 16;
/** Activities that an alert cites at the most; beyond it the weakest goes. Half: a long attack shows half of what it did; double: alerts of up to twice the bytes. */
export const CITED_ACTIVITIES = 100;
/** Findings that an alert keeps at the most, the strongest. Half: a rich attack loses evidence; double: alerts of up to twice the bytes. */
export const EPISODE_ITEMS = 32;
/** An alert has another kind too when that kind's strongest finding is at least the strongest of all divided by this. Half: most alerts have one kind, and filters by kind miss the other; double: every side effect is a kind. */
export const KIND_RATIO = 3;
/** Nats of severity that the most sensitive act adds, and less a less sensitive one. Half: a new read ranks with a granted right; double: sensitive work of administrators is high whatever its score. */
export const SENSITIVE_NATS = 3;
/** Nats of severity that the advice to suspend adds; such an alert is high at the least. Half: fewer of them are critical; double: all are. */
export const SUSPEND_NATS = 3;
/** Nats of severity that a proof from the logs adds that somebody else holds the credential: whatever the identity may do he may do, and the next call is his. Half: a role that is at work through a stranger's endpoint is high; double: one strange call with nothing else is critical. It moves no alert. */
export const PROVEN_NATS = 3;
/**
 * Nats, with what sensitivity, advice and a proof add, from which an alert is of a severity. With the usual threshold of 6 to 8 nats most
 * alerts are medium; critical takes two strong groups and a grave act. Half: most are critical and the word means nothing;
 * double: none is. They move no alert, only its place in the queue.
 */
export const SEVERITY_FROM = { critical: 20, high: 14, medium: 9, low: 6 } as const;
/** Alerts for one cause are one incident while no more than this many whole event hours pass without one, at least one hour and less than two on the clock. Half: a slow fail-over is two incidents; double: two changes of one morning are one. */
export const INCIDENT_GAP_HOURS = 1;
/** A run of alerts longer than this is another incident: what never ends is no single event. Half: a day-long fail-over is two incidents; double: two days of one cause spend the budget once. */
export const INCIDENT_HOURS = 24;
/** Probability of being false that each alert of an incident has while others of that day may be told with it: who follows a likely attack is told by himself. Half: a wave of doubtful alerts is followed as well; double is certainty: nothing is ever followed, and a region's move is told all day. */
export const LIKELY_FALSE = 0.5;
/** A finding this strong, beside the strongest one, may be what an alert is raised for when that one has no value to share. Half: side effects make incidents; double: none but the strongest counts. */
export const CAUSE_SHARE = 0.5;

// Advice: which step costs least. It moves no score.

/** Cost of leaving a misused identity alone, where an hour without the innocent one costs 1, when nothing grave was done; the gravest act costs ten times that. Half: one attack in ten more gets too little; double: six planned changes in four sets are suspended. */
export const MISUSE_LOSS = 12;
/** Share of circumstances (hours, pauses, loads, orders, new masters, new work of no consequence) that counts when a credential is thought stolen: benign work has them too. Half: the same within noise; double: two planned changes more are suspended, three rotated. */
export const BESIDES_SHARE = 0.25;
/** Share of circumstances that counts where they are all there is: somebody should have to prove himself. Half: a quarter fewer are asked for proof; double: half of all alerts ask for it. */
export const UNCLEAR_SHARE = 0.5;
/** Gravity, 0 to 1, from which what was done outlives session and key: granted rights, read secrets, switched-off logs. Half: one planned change is suspended; double: one attack in eight is no longer suspended. */
export const GRAVE_FROM = 0.5;
/** Sensitivity from which an act outlives even the one session that was provably stolen, and counts though it is usual: it gave rights, or hid traces. Half: secrets read in a stolen session suspend; at none: one attack in forty is no longer suspended; double is beyond the scale, as none. */
export const LASTING_FROM = 0.9;
/**
 * Gravities from which an identity's own novelties are counted apart, so that harmless news of every day excuses no grave act. They are
 * the two that advice goes by. Half: agents that run tools are told of at every new person they work for; double: there are no tiers,
 * and an identity that is taught a new harmless act a day is deaf to grave ones.
 */
export const GRAVITY_FROM = [GRAVE_FROM, LASTING_FROM] as const;
/** Nats from which a new grave act counts with its whole gravity. Half: the same within noise; double: first signs of an attack lose their weight, one in twenty of the dense set. */
export const GRAVE_NATS = 3;
/** Secrets that are new to an identity, opened in one alert, from which it sweeps the store: a program is given a handful. Half: a program whose secrets were all renamed at once looks like a thief; double: one that opens a dozen is observed. */
export const SWEEP_FROM = 8;
/** Nats by which a sweep grows each time it has e times as many secrets: the index of a Pareto tail, as for any other excess (`tailNats` of the volume detector). Half: ten secrets of others, opened by whoever often has new work, rank with a late run; double: a program whose secrets were all renamed at once is high. */
export const SWEEP_TAIL_NATS = 1;
/** Nats from which one finding is strong by itself: a tool that nobody else ever used, a stranger in the chain of delegation. It moves no score. Half: strange tools of lively agents are taken for another's words; double: hardly any is. */
export const STRONG_NATS = 6;
/** New regions in which something was changed in one alert, from which work spreads where it has no business. Half: a move to two regions loses its rights there; double: launches in five are taken for a move. */
export const SPREAD_FROM = 3;
/** Nats from which a new region says that work was moved, so that the other new places of the alert are circumstances. Half: hardly a new region that does not; double: a fail-over looks like theft. */
export const MIGRATED_NATS = 1;
/** Part of what grave first acts that nobody else does (and that are no deed) add to a turned identity. Half: a new grave action hardly backs the deed; double: it counts as a second deed. */
export const UNHEARD_SHARE = 0.5;
/**
 * Share of the damage that a step leaves. `suspended`: what is under way goes on for a moment. `provedByPerson`: a person who is not the
 * rightful one can hardly prove to be. `fitting`: a step that reaches what was done. `unsure`: nobody knows whether it does.
 * `partly`: a step that reaches half of it. Half: every step is as good as the strongest, and the mildest is chosen; double: only
 * observing and suspending are left worth choosing.
 */
export const LEFT = { suspended: 0.05, provedByPerson: 0.1, fitting: 0.15, unsure: 0.4, partly: 0.5 } as const;
/**
 * What a step breaks if nothing has happened, where a suspension breaks 1: a second sign-in; a new key or a narrower role; and the end of all
 * sessions of a role, after which an instance may be denied for hours. Half: doubtful alerts ask for proof or a new key; double: they are only observed.
 */
export const BREAKS = { proof: 0.05, narrower: 0.15, allSessions: 0.5 } as const;
/** Times as much as others that an identity is worth without which the company stops (tier 0). Half: it is suspended almost like any other; double: it is suspended on proof alone. */
export const VITAL_FACTOR = 3;
/** What an hour without an identity costs however little it does, where one that does ten calls an hour costs about 1. Half: idle identities are suspended on weak evidence; double: hardly sooner than busy ones. */
export const IDLE_COST = 0.5;
/** Most that its calls add, reached at a thousand an hour. Half: the busiest identity is suspended almost as readily as a quiet one; double: the busiest are only observed. */
export const BUSY_COST = 1.5;

// Sensitivity: how much harm an act can do.

/** Sensitivity, 0 to 1, of an act of which only the access is known. Half: only acts with a telling name count; double: plain writes rank with granted rights. */
export const ACCESS_LEVELS = {
  admin: 0.6,
  execute: 0.35,
  authenticate: 0.3,
  write: 0.25,
  unknown: 0.2,
  read: 0.05,
} as const;
/**
 * Sensitivity of an act whose name tells what it is about, where that is more than its access says. Switching off a log is the gravest,
 * since nothing that follows is seen; granting rights lasts, and so does what a pipeline is told to run; reading a secret can be repeated elsewhere; a secret named after its reader leads nowhere new, and to ask who one is needs no right; to list secrets opens none; the rest harms what it touches.
 * Who is let in from outside works from where nobody here watches, with rights that no key here takes away; everybody is more than one.
 * What is shared among one's own stays at home, and is a write. Money that has left is not brought back by any step here; what merely goes out is worth less.
 * Half: a grave first act weighs hardly more than a harmless one; double: all of them are the gravest there is, and read secrets rank with granted rights.
 */
export const PURPOSE_LEVELS = {
  evidenceDestroyed: 1,
  openedToEverybody: 1,
  openedOutside: 0.95,
  grant: 0.9,
  pipelineChanged: 0.7,
  evidenceChanged: 0.7,
  secretChanged: 0.7,
  share: 0.6,
  destroy: 0.6,
  pay: 0.8,
  run: 0.6,
  secretRead: 0.5,
  secretListed: 0.3,
  evidenceTouched: 0.4,
  ownSecretRead: 0.15,
  sharedAtHome: 0.25,
  whoAmI: 0,
} as const;
