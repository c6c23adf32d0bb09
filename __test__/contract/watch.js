// @ts-nocheck: the suite hands in what types would not let through
/** Everything that a client tells about its link. @param {any} sm */
export function watch(sm) {
  const told = []
  for (const event of ['ready', 'interrupted', 'resync', 'closed']) sm.on(event, (facts) => told.push([event, facts]))
  return { told, names: () => told.map(([event]) => event) }
}
