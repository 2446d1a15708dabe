/** The library's own module, copied beside the page by the build. */
export { default } from 'uplot';
