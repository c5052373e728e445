using System.Globalization;
using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Running.Origins;

/// <summary>
/// One run, one set of conditions: repeats from another host or other CPUs, or after tuning or a new start of the kernel, are no repeats.
/// </summary>
internal static class SameConditions
{
    /// <param name="earlier">The run as it was begun.</param>
    /// <param name="now">The host today.</param>
    /// <param name="isolation">How repeats are kept apart today, as in <c>run.json</c>.</param>
    /// <exception cref="UsageException">One of them differs; the message names it with both values.</exception>
    public static void Require(RunManifest earlier, HostFacts now, string isolation)
    {
        (string What, string? Then, string? Now)[] conditions =
        [
            ("kernel", earlier.Host.Kernel, now.Kernel),
            ("CPU model", earlier.Host.CpuModel, now.CpuModel),
            ("server CPUs", earlier.Host.ServerCpus, now.ServerCpus),
            ("client CPUs", earlier.Host.ClientCpus, now.ClientCpus),
            ("isolation", earlier.Isolation, isolation),
            ("commit", earlier.Host.Commit, now.Commit),
            ("compilation ahead of time", OnOff(earlier.Host.CompiledAhead), OnOff(now.CompiledAhead)),
            ("CPU governor", earlier.Host.CpuGovernor, now.CpuGovernor),
            ("CPU quota", Quota(earlier.Host), Quota(now)),
            ("boot", earlier.Host.BootId, now.BootId),
            .. earlier.Host.Sysctls.Keys.Union(now.Sysctls.Keys).Select(name => (name, earlier.Host.Sysctls.GetValueOrDefault(name), now.Sysctls.GetValueOrDefault(name))),
        ];
        foreach ((string what, string? then, string? today) in conditions)
        {
            if (then != today)
            {
                throw new UsageException($"resume: the run was begun with {what} {then ?? "unknown"} and would go on with {today ?? "unknown"}; make them equal or start a new run");
            }
        }
    }

    private static string? OnOff(bool? value) => value is bool known ? known ? "on" : "off" : null;

    private static string Quota(HostFacts host) => host.CpuQuota?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
