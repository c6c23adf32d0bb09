export { connectPlugin } from './connect.js'
export { forwardParentPort, parentPort } from './parent-port.js'
export { servePlugin } from './serve.js'
