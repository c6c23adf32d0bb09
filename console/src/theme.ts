// Colours and component defaults of the page. Every text colour used here keeps a contrast of 4.5 to 1 in both schemes.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const teal: MantineColorsTuple = ['#f0fdfa', '#ccfbf1', '#99f6e4', '#5eead4', '#2dd4bf', '#14b8a6', '#0d9488', '#0f766e', '#115e59', '#134e4a']
const green: MantineColorsTuple = ['#f0fdf4', '#dcfce7', '#bbf7d0', '#86efac', '#4ade80', '#22c55e', '#16a34a', '#15803d', '#166534', '#14532d']
const red: MantineColorsTuple = ['#fef2f2', '#fee2e2', '#fecaca', '#fca5a5', '#f87171', '#ef4444', '#dc2626', '#b91c1c', '#991b1b', '#7f1d1d']
const amber: MantineColorsTuple = ['#fffbeb', '#fef3c7', '#fde68a', '#fcd34d', '#fbbf24', '#f59e0b', '#d97706', '#b45309', '#92400e', '#78350f']
const violet: MantineColorsTuple = ['#f5f3ff', '#ede9fe', '#ddd6fe', '#c4b5fd', '#a78bfa', '#8b5cf6', '#7c3aed', '#6d28d9', '#5b21b6', '#4c1d95']
const blue: MantineColorsTuple = ['#eff6ff', '#dbeafe', '#bfdbfe', '#93c5fd', '#60a5fa', '#3b82f6', '#2563eb', '#1d4ed8', '#1e40af', '#1e3a8a']
const gray: MantineColorsTuple = ['#f8fafc', '#f1f5f9', '#e2e8f0', '#cbd5e1', '#94a3b8', '#64748b', '#475569', '#334155', '#1e293b', '#0f172a']
const dark: MantineColorsTuple = ['#e6edf3', '#c3cdd8', '#a3b0be', '#7d8a99', '#3b4653', '#2b343f', '#1c242d', '#151b22', '#0f141a', '#0a0e13']

/** Menus open inside the page's main landmark, so that a screen reader knows where they are. */
const OVERLAYS = { target: '#overlays' }

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 7 },
  colors: { teal, green, red, amber, violet, blue, gray, dark },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: false } } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md', portalProps: OVERLAYS } } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    // The placeholder for the first focus is no item, and may not be in a menu.
    Menu: { defaultProps: { shadow: 'md', portalProps: OVERLAYS, withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'md' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
})

/** The page's own colours, by what they are for. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#526071',
    '--mantine-color-placeholder': '#64748b',
    '--desk-canvas': '#eef2f6',
    '--desk-panel': '#ffffff',
    '--desk-panel-soft': '#f6f8fb',
    '--desk-line': '#dce3eb',
    '--desk-text': '#14202e',
    '--desk-accent': '#0f766e',
    '--desk-good': '#166534',
    '--desk-bad': '#b91c1c',
    '--desk-warn': '#92400e',
    '--desk-info': '#1d4ed8',
    '--desk-wrap': '#6d28d9',
    '--desk-good-soft': '#e7f8ed',
    '--desk-bad-soft': '#fdecec',
    '--desk-warn-soft': '#fef5da',
    '--desk-info-soft': '#e8f0fe',
    '--desk-wrap-soft': '#f1ecfe',
    '--desk-select': '#d9f3ee',
  },
  dark: {
    '--mantine-color-dimmed': '#a3b0be',
    '--mantine-color-placeholder': '#8b98a7',
    '--desk-canvas': '#0b0f14',
    '--desk-panel': '#131920',
    '--desk-panel-soft': '#1a222b',
    '--desk-line': '#2a343f',
    '--desk-text': '#e6edf3',
    '--desk-accent': '#2dd4bf',
    '--desk-good': '#6ee7a0',
    '--desk-bad': '#fca5a5',
    '--desk-warn': '#fcd34d',
    '--desk-info': '#93c5fd',
    '--desk-wrap': '#c4b5fd',
    '--desk-good-soft': '#10291b',
    '--desk-bad-soft': '#33161a',
    '--desk-warn-soft': '#30260d',
    '--desk-info-soft': '#14233d',
    '--desk-wrap-soft': '#221a3d',
    '--desk-select': '#113a37',
  },
})
