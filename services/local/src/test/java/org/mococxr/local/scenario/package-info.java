/**
 * Scenarios with the real services and the real trainer as processes of their own, as a user would
 * meet them. They run after packaging ({@code mvn verify}).
 */
package org.mococxr.local.scenario;
