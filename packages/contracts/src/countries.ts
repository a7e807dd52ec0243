/** Countries: the codes of ISO 3166-1 alpha-2. */
import { z } from 'zod';

/** All officially assigned codes, and XK (Kosovo), which ISO leaves to its users and carriers use. */
const knownCountries = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH ' +
    'CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN ' +
    'GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI ' +
    'LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM ' +
    'PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD ' +
    'TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK'
  ).split(' '),
);
const expected = 'must be the ISO 3166-1 alpha-2 code of a country, in capitals, such as DE';

/** Country in a response, and in a call that removes what is stored: two capitals. Rows from before the list was checked can have any. */
export const storedCountryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, expected)
  .meta({ description: 'Country: ISO 3166-1 alpha-2 code, such as `DE`' });

/** Country in an input: only codes that ISO 3166-1 knows. */
export const countryCode = storedCountryCode.refine((code) => knownCountries.has(code), expected);

/** Region with its country in an input: `US-CA`, or the name of the region after the code of the country, as `US-California`. */
export const countryAndRegion = z
  .string()
  .trim()
  .max(103)
  .regex(/^[A-Za-z]{2}-./, 'must be an ISO 3166-2 code such as US-CA')
  .refine(
    (code) => knownCountries.has(code.slice(0, 2).toUpperCase()),
    'must begin with the ISO 3166-1 alpha-2 code of a country, as US-CA does',
  );
