// The scenarios `--scenario` takes: the bundled ones by name, and anybody's file.
import { readFileSync, readdirSync } from 'node:fs'

import { ScenarioPlayer } from '../simulator/scenario.js'
import { UsageError, closest } from './flags.js'

const BUNDLED = new URL('../../scenarios/', import.meta.url)
const FILE = /[\\/]|\.(?:ya?ml|json)$/i

/** The names of the bundled scenarios. */
export const SCENARIO_NAMES = readdirSync(BUNDLED).filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -'.yaml'.length)).sort()

/** @typedef {{ file: string, text: string, facts: import('../simulator/scenario.js').ScenarioFacts }} ReadScenario `file` is how errors call it */

/**
 * Reads a scenario and makes sure that it can be played.
 * @param {string} scenario a bundled one's name, or a path
 * @returns {ReadScenario}
 * @throws {UsageError} that names what there is, or file, line and column of what is wrong in it
 */
export function readScenario(scenario) {
  const source = sourceOf(scenario)
  try {
    return { ...source, facts: new ScenarioPlayer(source).facts }
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'E_BAD_REQUEST') throw error
    throw new UsageError(/** @type {Error} */ (error).message)
  }
}

/**
 * The text of a scenario, unread.
 * @param {string} scenario a bundled one's name, or a path
 * @returns {{ file: string, text: string }}
 * @throws {UsageError} that names what there is
 */
export function sourceOf(scenario) {
  return { file: SCENARIO_NAMES.includes(scenario) ? `${scenario}.yaml` : scenario, text: textOf(scenario) }
}

/** @param {string} scenario */
function textOf(scenario) {
  if (SCENARIO_NAMES.includes(scenario)) return readFileSync(new URL(`${scenario}.yaml`, BUNDLED), 'utf8')
  if (FILE.test(scenario)) {
    try {
      return readFileSync(scenario, 'utf8')
    } catch (error) {
      throw new UsageError(`the scenario "${scenario}" cannot be read: ${/** @type {Error} */ (error).message}`)
    }
  }
  const near = closest(scenario, SCENARIO_NAMES)
  throw new UsageError(`there is no scenario "${scenario}": ${near === undefined ? `there is ${SCENARIO_NAMES.join(', ')}, or give a file` : `did you mean "${near}"?`}`)
}
