package dev.replicator.local;

import dev.replicator.store.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A database that lets a test act at the very moment before a call, as another thread might. */
final class HookedDatabase {
    private final Database database;
    private String method = "";
    private int calls;
    private Runnable hook;

    HookedDatabase(Database origin) {
        database = (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {Database.class}, (_, called, arguments) -> {
                    if (called.getName().equals(method) && --calls == 0) {
                        hook.run();
                    }
                    try {
                        return called.invoke(origin, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    Database database() {
        return database;
    }

    /** Has a hook called once, before the n-th call of a method from now on. */
    void before(String name, int call, Runnable hooked) {
        method = name;
        calls = call;
        hook = hooked;
    }
}
