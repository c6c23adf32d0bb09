// The page's token: it comes in the address's fragment, which no server sees, and stays with this tab.
const KEY = 'smartagent.console.token'

/** Takes the token out of the address, so that a copied address or the history does not hold it. */
export function takeToken(): string | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1))
  const token = fragment.get('token')
  if (token === null) return sessionStorage.getItem(KEY)
  fragment.delete('token')
  const rest = fragment.toString()
  history.replaceState(history.state, '', `${window.location.pathname}${window.location.search}${rest === '' ? '' : `#${rest}`}`)
  sessionStorage.setItem(KEY, token)
  return token
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY)
}
