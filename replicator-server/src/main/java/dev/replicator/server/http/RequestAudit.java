package dev.replicator.server.http;

import dev.replicator.server.access.Caller;
import dev.replicator.server.access.ClaimedName;
import dev.replicator.server.audit.Action;
import dev.replicator.server.audit.Actor;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.audit.AuditEvent;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells the audit log what a request came to, as far as path, method and status say it. Documents, logins and
 * {@code _replicate} are told of by their endpoints, which know more.
 */
final class RequestAudit {
    private static final Set<Integer> REFUSALS = Set.of(401, 403, 413, 429);

    /** Paths can be long, and what is refused can come often. */
    private static final int MOST_PATH = 300;

    private final Audit audit;
    private final RequestHead head;

    RequestAudit(Audit audit, RequestHead head) {
        this.audit = audit;
        this.head = head;
    }

    /** The caller of a request. */
    Actor actor(Caller caller, String address) {
        return Actor.ofRequest(
                head.id(),
                address,
                caller.name().or(() -> ClaimedName.of(head.headers().first("Authorization"))),
                caller.handler());
    }

    /**
     * It was answered.
     *
     * @param target empty where it was refused before anybody looked
     * @param actor asked where there is something to tell
     */
    void answered(Optional<Target> target, Supplier<Actor> actor, int status) {
        if (REFUSALS.contains(status)) {
            boolean isLogin = head.method().equals("POST")
                    && target.filter(RequestAudit::isSession).isPresent();
            if (audit.takes(Action.REFUSED) && !(isLogin && status != 429)) {
                AuditEvent event =
                        AuditEvent.of(Action.REFUSED, actor.get(), status).about(head.method() + " " + path());
                audit.record(target.map(at -> placed(event, at)).orElse(event));
            }
            return;
        }
        target.ifPresent(at -> done(at).filter(audit::takes)
                .ifPresent(action -> audit.record(about(placed(AuditEvent.of(action, actor.get(), status), at), at))));
    }

    private String path() {
        String path = head.rawPath();
        return path.length() <= MOST_PATH ? path : path.substring(0, MOST_PATH) + "…";
    }

    private static boolean isSession(Target target) {
        return target instanceof Target.Server at && at.name().equals("_session");
    }

    private Optional<Action> done(Target target) {
        boolean changes = head.method().equals("PUT")
                || head.method().equals("POST")
                || head.method().equals("DELETE");
        return Optional.ofNullable(
                switch (target) {
                    case Target.Database _ ->
                        switch (head.method()) {
                            case "PUT" -> Action.DATABASE_CREATE;
                            case "DELETE" -> Action.DATABASE_DELETE;
                            default -> null;
                        };
                    case Target.DatabasePart at
                    when changes ->
                        switch (at.name()) {
                            case "_security" -> Action.SECURITY_CHANGE;
                            case "_compact" -> Action.DATABASE_COMPACT;
                            case "_revs_limit", "_purged_infos_limit" -> Action.DATABASE_SETTING;
                            default -> null;
                        };
                    case Target.Server at when at.name().equals("_node") && changes -> Action.CONFIG_CHANGE;
                    case Target.Server at when at.name().equals("_backup") && changes -> Action.BACKUP;
                    case Target.Server at
                    when at.name().equals("_session") && head.method().equals("DELETE") -> Action.LOGOUT;
                    default -> null;
                });
    }

    private static AuditEvent placed(AuditEvent event, Target target) {
        return switch (target) {
            case Target.Root _, Target.Server _ -> event;
            case Target.Document at -> event.in(at.database()).on(at.id(), Optional.empty());
            case Target.Attachment at -> event.in(at.database()).on(at.id(), Optional.empty());
            case Target.Database at -> event.in(at.database());
            case Target.DatabasePart at -> event.in(at.database());
        };
    }

    /** Of the configuration the place that was changed; never a value. */
    private static AuditEvent about(AuditEvent event, Target target) {
        return switch (target) {
            case Target.Server at when at.name().equals("_node") -> event.about(String.join("/", at.rest()));
            case Target.DatabasePart at when event.action() == Action.DATABASE_SETTING -> event.about(at.name());
            default -> event;
        };
    }
}
