/** What a page in an iframe sees of its windows: its own, and the parent's as another origin shows it. */
export class Frame extends EventTarget {
  /** What the page posted to its parent. @type {{ data: string, target: string }[]} */
  posted = []
  origin = 'https://plugin.example'
  parent = { postMessage: (data, target) => void (this.posted.push({ data, target }), this.onpost?.(JSON.parse(data))) }
  /** @type {((message: any) => void) | undefined} the desktop's listener */
  onpost

  /** The page posts to its own window. */
  postMessage(data) {
    queueMicrotask(() => this.deliver({ data, source: this, origin: this.origin }))
  }

  /** A message event as a browser makes it. */
  deliver({ data, source = this.parent, origin = 'http://localhost:7420', ports = [] }) {
    this.dispatchEvent(Object.assign(new Event('message'), { data, source, origin, ports }))
  }

  /** Answers a knock with a port. */
  offer({ nonce }, port, origin) {
    this.deliver({ data: JSON.stringify({ smartagent: 'offer', nonce }), origin, ports: [port] })
  }
}

/** @param {string} type */
export function pageEvent(type, members = {}) {
  return Object.assign(new Event(type), members)
}
