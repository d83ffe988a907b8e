package org.mococxr.specs.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares an option: the one place that says what it means, what it is by default and what it may
 * be. Types are those of the record's component; the choices of an enum are its constants. An
 * option that several records have is an annotation of its own, which has this one.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.ANNOTATION_TYPE})
public @interface Option {
  /** The meaning, as a phrase that begins with a lower-case letter and has no full stop. */
  String value();

  /** Whether the result depends on it. There is no default: every new option must choose. */
  Role role();

  /** The default in YAML; empty if there is none or if it depends on something else. */
  String byDefault() default "";

  /** What holds by default, in words, where {@link #byDefault} cannot say it. */
  String otherwise() default "";

  /** True if there is no default and the option must be given. */
  boolean required() default false;

  /** Least value of a number, or of each number of a list. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest value. */
  double max() default Double.POSITIVE_INFINITY;

  /** Bound that a number must exceed. */
  double above() default Double.NEGATIVE_INFINITY;

  /** Bound that a number must stay below. */
  double below() default Double.POSITIVE_INFINITY;

  /** Older spellings, which are still read. */
  String[] aliases() default {};

  /** Flags of the command line, the first one shown; by default the name with dashes. */
  String[] flags() default {};

  /** What stands for the value in the help, for example {@code FOLDER}. */
  String label() default "";

  /** The mode of fine-tuning that it belongs to; empty for every mode. */
  String only() default "";
}
