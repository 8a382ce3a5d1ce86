module.exports = { double: (n) => n * 2, dir: require("path").basename(__dirname) };
