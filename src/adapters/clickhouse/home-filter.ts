/** The condition that selects rows of one provider and account, and its parameters. */
import type { HomeFilter } from '../../../schemas/identity-ref.ts';

/** Where nothing is told, all rows are meant. */
export const AT_HOME = `({provider:String} = '' OR lowerUTF8(identity_provider) = lowerUTF8({provider:String})) AND ({everyAccount:Bool} OR identity_account IN {accounts:Array(String)})`;

export const homeParameters = ({ provider = '', accounts }: HomeFilter = {}) => ({
  provider,
  everyAccount: accounts === undefined,
  accounts: accounts ?? [],
});
