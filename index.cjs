'use strict'
// The same module as `import` gives, so that a process has one class and one native instance.
module.exports = require('./js/bundle.js')
