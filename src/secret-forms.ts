/** How secrets look that can be told by how they begin, by where they stand or by what they are called. */

/** Where a token may begin: not inside a word. */
const BEGIN = '(?<![A-Za-z0-9])';
/** The same in a text with escapes, where it may begin right behind one of a URL (`%22`) or of JSON (`\n`, `\u0022`) too. Slower. */
const BEGIN_ENCODED = `(?:${BEGIN}|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\(?:[nrtbf]|u[0-9A-Fa-f]{4})))`;

/** Tokens that can be told by how they begin, as their issuers publish it for secret scanners. */
const TOKEN_FORMS = [
  'gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl[a-z]{2,5}-[A-Za-z0-9_-]{16,}|gl(?:sa|c)_[A-Za-z0-9+/=_-]{20,}',
  'xox[a-z]-[A-Za-z0-9-]{9,}|xapp-[A-Za-z0-9-]{16,}|(?<=hooks\\.slack\\.com(?:/|%2F)(?:services|workflows)(?:/|%2F))(?:[A-Za-z0-9/]|%2F){16,}',
  'eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{6,}[A-Za-z0-9_.=-]*|ops_eyJ[A-Za-z0-9+/=_-]{60,}',
  'dapi[0-9a-f]{24,}(?:-\\d{1,3})?|sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}',
  'AIza[0-9A-Za-z_-]{30,}|ya29\\.[0-9A-Za-z_-]{16,}|GOCSPX-[A-Za-z0-9_-]{20,}|1(?:/|%2F){2}0[A-Za-z0-9_-]{30,}',
  'npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|dckr_[a-z]{3}_[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{30,}|rubygems_[a-f0-9]{40,}',
  'oy2[a-z0-9]{43}(?![A-Za-z0-9])|cio[A-Za-z0-9]{32}(?![A-Za-z0-9])|CLOJARS_[a-f0-9]{50,}|AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{40,}',
  'hv[bsr]\\.[A-Za-z0-9_-]{20,}|s\\.[A-Za-z0-9]{24}(?![A-Za-z0-9])|ABSK[A-Za-z0-9+/=]{60,}|cflt[A-Za-z0-9+/=]{40,}',
  'SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|do[opr]_v1_[a-f0-9]{40,}|cf[a-z]{1,2}_[A-Za-z0-9]{30,}',
  'AT(?:ATT3|CTT3|BB)[A-Za-z0-9_=-]{20,}|lin_api_[A-Za-z0-9]{20,}|00[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])|v1\\.0-[a-f0-9]{24}-[a-f0-9]{100,}',
  '(?:FwoG|FQoG|IQoJ)(?:[A-Za-z0-9+/=]|%(?:2[BbFf]|3[Dd])){60,}|AGE-SECRET-KEY-1[A-Z0-9]{40,}|A3(?:-[A-Z0-9]{5,11}){5,6}',
  'tskey-[a-z]{2,10}-[A-Za-z0-9-]{16,}|dd(?:app|pat)_[A-Za-z0-9]{30,}|NRAK-[A-Z0-9]{20,}|dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{40,}',
  'key-[0-9a-f]{32}(?![A-Za-z0-9])|x(?:key|smtp)sib-[a-f0-9]{64}(?:-[A-Za-z0-9]{16})?|PMAK-[a-f0-9]{24}-[a-f0-9]{34}',
  'HRKU-[A-Za-z0-9_-]{30,}|dp\\.[a-z]{2,6}\\.[A-Za-z0-9]{30,}|pul-[a-f0-9]{40}|pscale_[a-z]{2,8}_[A-Za-z0-9_.-]{30,}|sb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_-]{20,})',
  'sntry[su]_[A-Za-z0-9+/=_-]{40,}|snyk_[a-z]{3}\\.[a-f0-9]{8}\\.[A-Za-z0-9_-]{30,}|sgp_(?:[a-z0-9]{5,16}_)?[a-f0-9]{40}',
  'pat-[a-z]{2}\\d-[0-9a-f-]{30,}|pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}|pat(?:\\.[A-Za-z0-9_-]{20,24}){3}|ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}(?![A-Za-z0-9])',
  '(?<=discord(?:app)?\\.com(?:/|%2F)api(?:/|%2F)webhooks(?:/|%2F)\\d{15,22}(?:/|%2F))[A-Za-z0-9_-]{50,}|(?<=\\d{8,10}(?::|%3A))AA[A-Za-z0-9_-]{33}|(?<=webhook\\.office\\.com(?:/|%2F)webhookb2(?:/|%2F))(?:[A-Za-z0-9@/-]|%2F|%40){30,}',
  'f(?:o1|m[12][a-z]?)_[A-Za-z0-9+/=_-]{40,}|CCIP(?:AT|RJ)_[A-Za-z0-9_]{40,}|bk[a-z]{2}_[a-f0-9]{40}|gsk_[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{60,}|r8_[A-Za-z0-9]{37}',
  'sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{56,}|EZ[AT]K[A-Za-z0-9]{50,}|FLWSECK[-_][A-Za-z0-9-]{30,}|duffel_(?:live|test)_[A-Za-z0-9_=-]{40,}',
  'nfp_[A-Za-z0-9]{30,}|vc[a-z]_[A-Za-z0-9]{24,}|pn[ub]_[A-Za-z0-9]{36}|aio_[A-Za-z0-9]{28}|fio-u-[A-Za-z0-9_-]{60,}|lsv2_[a-z]{2}_[a-f0-9]{32}_[a-f0-9]{10}',
  'tfp_[A-Za-z0-9_.=-]{40,}|rdme_[a-z0-9]{60,}|ico-[A-Za-z0-9]{32}|AVNS_[A-Za-z0-9_-]{16,}|pcsk_[A-Za-z0-9_]{40,}|tvly-[A-Za-z0-9-]{30,}|figd_[A-Za-z0-9_-]{36,}|4b1d[A-Za-z0-9]{38}|mdb_[a-z]{2}_[a-z]{2}_[A-Za-z0-9_-]{30,}',
];
/** A key in PEM form reaches to its end, or to the end of the text where that was cut off; so does one of PuTTY. */
const PEM =
  '-----BEGIN[A-Z0-9 +%]{0,60}(?:KEY|CERTIFICATE)[A-Z +%0-9]{0,30}-----[^]*?(?:-----END[A-Z0-9 +%]{0,60}-----|$)|PuTTY-User-Key-File-\\d[^]*$';
/** Where one may begin is looked at once for all forms: it costs more than the forms. */
const tokens = (begin: string) => new RegExp(`${begin}(?:${TOKEN_FORMS.join('|')})|${PEM}`, 'g');
export const TOKENS = tokens(BEGIN);
export const TOKENS_ENCODED = tokens(BEGIN_ENCODED);
/** First two characters of everything in TOKENS. */
export const BEGINNINGS =
  'gh gi gl xo xa ho ey op -- da sk rk wh AI ya GO 1/ 1% np py dc hf ru oy ci CL AK cm hv s. AB cf SG sh do AT li 00 v1 Fw FQ IQ AG A3 ts dd NR dt ke xk xs PM HR dp pu ps sb sn sg pa nt se di AA we fo fm CC bk gs pp r8 sq EA EZ FL du nf vc pn ai fi ls tf rd ic AV pc tv 4b md Pu'.split(
    ' ',
  );
/** The name of a secret, which is no secret and keeps its name when a text is scrubbed again. */
const NAMED = '(?!fp:[0-9a-f]{24}(?![0-9a-f]))';
const GAP = '(?:[ \\t]|%20|%09|\\+)';
/** What Azure writes into its keys so that they can be told, before the sum at the end. */
const AZURE = '(?:\\+(?:ASt|AEh|ARm|ASb|AIoT|AMC|ABa|ACR|AP[Ii]M)|ACDb|AzFu|AzSe|AzCa|AzEG|AZDO|JQQJ99)';
const AZURE_ENCODED = AZURE.replace('\\+', '(?:\\+|%2[Bb])');
/**
 * Secrets that can be told by where they stand, and those with a mark in their middle: client secrets of Entra, tokens of Terraform and
 * of Discord's bots.
 */
export const PLACES = new RegExp(
  [
    `(?<=(?:\\b|%20)(?:[Bb]earer|[Bb]asic|SSWS|[Aa]pi[Kk]ey)${GAP})[A-Za-z0-9._~+/=-]{12,}`,
    `(?<=://[^/@\\s:]{0,256}:)${NAMED}[^/@\\s]{1,256}(?=@)`,
    `(?<=%3A%2F%2F[^/@\\s:%]{0,256}%3A)${NAMED}(?:[^/@\\s%]|%(?!2F|40)){1,256}(?=%40)`,
    `${BEGIN_ENCODED}[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,}`,
    `${BEGIN_ENCODED}[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,}`,
    `${BEGIN_ENCODED}[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,}`,
  ].join('|'),
  'g',
);
/** What a text has to hold for `AZURE_KEYS` to find anything there: their search is dear in a text of escapes. */
export const AZURE_MARK = new RegExp(AZURE_ENCODED);
export const AZURE_KEYS = new RegExp(
  `${BEGIN_ENCODED}(?:[A-Za-z0-9/]|\\+|%2[BbFf]){30,80}?${AZURE_ENCODED}(?:[A-Za-z0-9+/]|%2[BbFf]){3,16}`,
  'g',
);
/** What is a secret also where its name ends a longer word: `dbPassword`, `PGPASSWORD`. */
const STRONG =
  'password|passwd|passphrase|client[_-]?secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|private[_-]?key';
/** What a secret is called where it stands behind its name: alone or behind `_` and `-`, in any case. */
const LABELS = `${STRONG}|pwd|secret|(?:session|access|auth|refresh|id)[_-]?token|token|account[_-]?key|shared[_-]?access[_-]?(?:key|signature)|sig|signature|X-(?:Amz|Goog)-Credential`;
const QUOTE = '(?:\\\\{0,3}["\']|%22|%27)';
const COLON = '(?::|%3A)';
/** Where a name may begin: at a word, behind an escape, or inside a word where it is strong. */
const NAME = `(?:(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2}))(?:${LABELS})|(?:${STRONG}))`;
/** Headers that hold a secret and nothing else, with the scheme before it. */
const HEADER = `(?:authorization${COLON}${GAP}{1,2}(?:[a-z0-9-]{2,20}${GAP}|(?![a-z0-9-]{2,20}${GAP}))|(?:(?:set-)?cookie|(?:x-|dd-)[a-z-]{0,40}(?:key|token|secret))${COLON}${GAP}{1,2})`;
/**
 * `password=x`, `"password": "x"` as it is, inside other JSON or a URL, `password: x`, `--password x`, `<password>x` and headers; the value
 * ends where its surroundings go on.
 */
export const LABELLED = new RegExp(
  `(?<=(?:${NAME}(?:(?:=|%3D)(?:>|%3E)?${QUOTE}?|${GAP}{1,2}(?:=|%3D)(?:>|%3E)?${GAP}{0,2}${QUOTE}?|${QUOTE}${GAP}{0,4}${COLON}${GAP}{0,4}${QUOTE}|>|%3E)` +
    `|(?:password|passwd|passphrase|secret[_-]?access[_-]?key)${COLON}(?:\\s|${GAP})${QUOTE}?|--(?:[a-z]{1,20}-)?(?:${LABELS})${GAP}${QUOTE}?|\\s-u${GAP}?[^\\s:]{1,64}:|${HEADER}))` +
    `${NAMED}(?:[^\\s&#;,"'\\\\%<]|\\\\(?!["'nrt\\\\])|%(?!2[0267c]|3[bc]))+`,
  'gi',
);

/** `hashed_token` and its like are names of a token, not the token: only what is called `token` and no more holds one. */
const SECRET_NAME = new RegExp(
  `^(?:(?:.*[^a-z0-9])?(?:${LABELS.replace('|token|', '|')})|.*(?:${STRONG})|token)$`,
  'i',
);

/** True where the field is called as secrets are: `password`, `client_secret`, `X-Api-Key`. */
export const isSecretName = (name: string): boolean => name.length <= 64 && SECRET_NAME.test(name);
