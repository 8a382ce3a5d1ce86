// Date inside a function follows the cloud's clock: its distance from the machine's arrives with every invocation.
const RealDate = Date;
let offsetMs = 0;
let installed = false;

function install() {
  installed = true;
  const realNow = RealDate.now.bind(RealDate);
  class CloudDate extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(realNow() + offsetMs);
      else super(...args);
    }
    static now() {
      return realNow() + offsetMs;
    }
  }
  Object.defineProperty(CloudDate, "name", { value: "Date" });
  // `Date()` without new must go on working, and instances of either must be instances of the other.
  globalThis.Date = new Proxy(CloudDate, { apply: () => new CloudDate().toString() });
  Object.defineProperty(CloudDate, Symbol.hasInstance, {
    value: (value) => Object.prototype.isPrototypeOf.call(RealDate.prototype, value),
  });
}

export function setClockOffset(ms) {
  offsetMs = ms;
  if (ms !== 0 && !installed) install();
}
