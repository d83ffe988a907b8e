/**
 * How an option is declared, read, checked and written. An option is a component of a record with
 * the annotation {@link org.mococxr.specs.option.Option}; files, the command line, schemas and the
 * tables of the documentation are made from it.
 */
package org.mococxr.specs.option;
