'use strict'
// The same module as `import` gives.
module.exports = require('./embed.js')
