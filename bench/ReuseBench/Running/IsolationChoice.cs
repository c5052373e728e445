using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Whether each repeat gets a network namespace of its own.</summary>
internal static class IsolationChoice
{
    /// <returns>Whether it does; where it was to be had and is not, the sentence that says what that costs.</returns>
    /// <exception cref="UsageException">It was demanded and cannot be had.</exception>
    public static (bool Isolate, string? LeftOut) Resolve(Isolation isolation)
    {
        if (isolation == Isolation.None)
        {
            return (false, null);
        }

        if (NetworkNamespace.CanHaveOne(out LinuxException? problem))
        {
            return (true, null);
        }

        return isolation == Isolation.Auto
            ? (false, $"No network namespace could be made ({What(problem)}): repeats share the host's TIME_WAIT table, counters and hash seed, "
                + "and kernel counts are left out. Run as root to have them.")
            : throw new UsageException(
                $"isolate: no network namespace can be made here ({What(problem)}); run as root, under `unshare -Urn`, or with --isolate auto");
    }

    private static string What(LinuxException problem) => $"{problem.Call} {problem.Subject}: {problem.Errno.Name}";

    /// <summary>As <c>run.json</c> has it.</summary>
    public static string NameOf(bool isolate) => Names.Of(isolate ? Isolation.Netns : Isolation.None);
}
