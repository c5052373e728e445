using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>The queue of connections that a listener has not accepted yet.</summary>
internal static class AcceptQueue
{
    /// <summary>What the kernel makes of a backlog: no more than <c>net.core.somaxconn</c> of the thread's namespace, listen(2).</summary>
    public static int Length(int backlog) =>
        int.TryParse(Sysctl.TryRead("net.core.somaxconn"), out int limit) ? Math.Min(limit, backlog) : backlog;
}
