// @ts-check

/** Makes the second argument of a listener. */
export class MetaMaker {
  #session = ''
  #source = 'host'
  #replayed = 0

  /** @param {string} session @param {string} source */
  enter(session, source) {
    this.#session = session
    this.#source = source
  }

  /** @param {{ event: string, seq: number, timestamp: number }} delivery */
  of({ event, seq, timestamp }) {
    return { event, id: `${this.#session}:${seq}`, seq, timestamp, replayed: false, source: this.#source }
  }

  /** Of an entry of `$live`, which has no place in the sequence. @param {string} event @param {number} timestamp */
  replayed(event, timestamp) {
    const id = `${this.#session}:0:${++this.#replayed}`
    return { event, id, seq: 0, timestamp, replayed: true, source: this.#source }
  }
}
