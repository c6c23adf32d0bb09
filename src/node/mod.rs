//! The Node-API module: converts, makes one call, converts back. The only module that names napi.
