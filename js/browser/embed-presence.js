// @ts-check
/// <reference lib="dom" />

/**
 * Watches whether an iframe is part of its document, in shadow trees too. A frame that is moved is out and in again within
 * one turn: its page is loaded anew, which the page itself tells.
 * @param {HTMLIFrameElement} iframe
 * @param {(present: boolean) => void} changed
 * @returns {() => void} stops watching
 */
export function watchPresence(iframe, changed) {
  let present = iframe.isConnected
  const observer = new MutationObserver(() => {
    if (iframe.isConnected === present) return
    present = iframe.isConnected
    if (present) observe()
    changed(present)
  })
  // Mutations inside a shadow tree are seen only by those who observe that tree.
  const observe = () => {
    observer.disconnect()
    observer.observe(iframe.ownerDocument, { childList: true, subtree: true })
    for (let root = /** @type {any} */ (iframe.getRootNode()); root.nodeType === Node.DOCUMENT_FRAGMENT_NODE && root.host; root = root.host.getRootNode()) {
      observer.observe(root, { childList: true, subtree: true })
    }
  }
  observe()
  return () => observer.disconnect()
}
