// The console link's types, which the desk's side of it shares.
export type * from '../../../js/cli/console/protocol'
