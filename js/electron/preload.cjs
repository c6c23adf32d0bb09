'use strict'
// @ts-check
/// <reference lib="dom" />
// The preload script of a window that shows a plugin. It runs in Electron's sandbox, so it is one file that requires
// nothing but `electron`. It only hands ports on: from main to this frame's page, and from this frame's parent window to
// main. It decides nothing that main relies on, and nothing of it can be reached from the page.
;(() => {
  const { ipcRenderer } = require('electron')

  /** No message of the handshake is longer. */
  const MAX_LENGTH = 1_024
  /** Times a page may ask in a second; the SDK asks twice in its first. */
  const MAX_ASKED = 10

  /** The question of the page that main has not answered yet. @type {string | null} */
  let asked = null
  let askedInSecond = 0
  let second = 0
  /** What main wants of the parent window. @type {{ dial: string, nonce: string, allowedOrigins: string[] | null } | null} */
  let dialling = null

  /** What a message of the handshake says; anything may be posted here. @param {unknown} data */
  function parsed(data) {
    if (typeof data !== 'string' || data.length > MAX_LENGTH) return {}
    try {
      const { smartagent, nonce } = JSON.parse(data)
      return { smartagent, nonce }
    } catch {
      return {}
    }
  }

  /** @param {unknown} nonce */
  function pageAsks(nonce) {
    if (typeof nonce !== 'string' || nonce === '' || nonce.length > 64) return
    const now = Math.floor(performance.now() / 1_000)
    if (now !== second) [second, askedInSecond] = [now, 0]
    if (++askedInSecond > MAX_ASKED) return
    asked = nonce
    ipcRenderer.send('smartagent.port?', nonce)
  }

  /** @param {unknown} nonce @param {string} origin @param {MessagePort} port */
  function parentOffers(nonce, origin, port) {
    if (dialling === null || nonce !== dialling.nonce) return false
    const { dial, allowedOrigins } = dialling
    dialling = null
    if (isAllowed(origin, allowedOrigins)) ipcRenderer.postMessage('smartagent.dialled', { dial, origin }, [port])
    else {
      port.close()
      ipcRenderer.send('smartagent.dialled', { dial, origin, refused: 'E_ORIGIN' })
    }
    return true
  }

  /** Without a list, any port of this machine. @param {string} origin @param {string[] | null} allowedOrigins */
  function isAllowed(origin, allowedOrigins) {
    return allowedOrigins?.includes(origin) ?? /^https?:\/\/(localhost|127\.0\.0\.1|\[::1])(:\d+)?$/.test(origin)
  }

  window.addEventListener('message', (event) => {
    const { source, origin, data, ports } = event
    if (source !== window && source !== window.parent) return
    const { smartagent, nonce } = parsed(data)
    if (source === window) {
      if (smartagent === 'port?') pageAsks(nonce)
    } else if (smartagent === 'offer' && ports.length === 1 && parentOffers(nonce, origin, /** @type {MessagePort} */ (ports[0]))) {
      // What main asked for is none of the page's business.
      event.stopImmediatePropagation()
    }
  })

  ipcRenderer.on('smartagent.port', ({ ports }, nonce) => {
    // Main's answer to a question that the page has given up.
    if (nonce !== asked) return void ports[0]?.close()
    asked = null
    window.postMessage(JSON.stringify({ smartagent: 'port', nonce }), '/', ports)
  })

  ipcRenderer.on('smartagent.dial', (event, { dial, allowedOrigins }) => {
    if (window.parent === window) return ipcRenderer.send('smartagent.dialled', { dial, refused: 'E_NOT_EMBEDDED' })
    // Each document knocks with a number of its own: a desktop takes a repeated one for the same document's.
    const nonce = dialling !== null && dialling.dial === dial ? dialling.nonce : Array.from(crypto.getRandomValues(new Uint32Array(4)), String).join('-')
    dialling = { dial, nonce, allowedOrigins }
    window.parent.postMessage(JSON.stringify({ smartagent: 'knock', versions: [1], nonce }), '*')
  })
})()
