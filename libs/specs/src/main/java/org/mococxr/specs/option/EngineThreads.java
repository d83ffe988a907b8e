package org.mococxr.specs.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An option of every record whose run computes with the engine. */
@Option(
    value = "threads of the engine; 0 is its own choice",
    role = Role.MACHINE,
    byDefault = "0",
    min = 0,
    label = "N")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface EngineThreads {}
