'use strict'
// Lends a frame's window to main, so that what needs a window can run there in a test: posts to its parent window, and
// tells what is posted to itself.
const { ipcRenderer } = require('electron')

ipcRenderer.on('test.post', (event, text) => window.parent.postMessage(text, '*'))
window.addEventListener('message', ({ source, data, origin, ports }) => {
  if (window.parent !== window && source === window.parent) ipcRenderer.postMessage('test.posted', { data, origin }, [...ports])
})
