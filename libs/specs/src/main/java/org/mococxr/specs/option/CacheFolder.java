package org.mococxr.specs.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An option of every record whose run decodes pictures. */
@Option(
    value = "folder of decoded pixels and of features, which runs may share",
    role = Role.PLACE,
    otherwise =
        "what MOCOCXR_CACHE names, else cache beside the experiments or in the run's folder",
    label = "FOLDER")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface CacheFolder {}
