import { createTestHost } from './js/testing/test-host.js'

export { createTestHost }
export default createTestHost
