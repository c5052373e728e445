using System.Globalization;
using ReuseBench.Cluster;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Hosted;

/// <summary>One host of a lab as <c>doctor --hosts</c> sees it.</summary>
/// <param name="Member">As its agent describes it.</param>
/// <param name="Clock">Where its clock's offset lies; null where it cannot be told.</param>
/// <param name="ClockProblem">Why not.</param>
internal sealed record SurveyedHost(LabMember Member, ClockBound? Clock, string? ClockProblem)
{
    /// <summary>The interface of its address; null where there is none that says anything.</summary>
    public NetworkCard? Card => Member.Card;

    public HostFacts Facts => Member.Description.Facts;
}

/// <summary><c>doctor --hosts</c>: the hosts of a run side by side, and what to mend before one.</summary>
internal static class LabSurvey
{
    private const int Pings = 64;
    private const double UsPerMs = 1000;

    /// <summary>A gap of a restart is told in steps of the probe interval, a millisecond by default: clocks are to be known better.</summary>
    private const double WideBoundUs = 1000;

    private const int CommitShown = 8;
    private const string Unknown = "–";

    private static readonly (string Name, Func<SurveyedHost, string?> Of)[] Rows =
    [
        ("address", h => $"{h.Member.Entry.Address}"),
        ("roles", h => string.Join(", ", h.Member.Hello.Allowed)),
        ("reusebench", h => Short(h.Member.Hello.Version)),
        ("kernel", h => h.Facts.Kernel),
        ("CPU", h => h.Facts.CpuModel),
        ("CPUs", h => $"{h.Member.Cpus}"),
        ("governor", h => h.Facts.CpuGovernor),
        ("clock source", h => h.Facts.ClockSource),
        ("clock kept by", h => h.Member.Description.ClockState),
        ("clock offset, ms", h => h.Clock is { } clock ? Number(clock.OffsetNs / 1e6) : null),
        ("bound, ± µs", h => h.Clock is { } clock ? Number(clock.HalfWidthNs / 1e3) : null),
        ("round trip, µs", h => h.Clock is { } clock ? $"{Number(clock.RttMinNs / 1e3)} to {Number(clock.RttMedianNs / 1e3)}" : null),
        ("interface", h => h.Card is { } card ? $"{card.Name} ({card})" : null),
        ("duplex", h => h.Card?.Duplex),
        ("MTU", h => $"{h.Card?.Mtu}"),
        ("queues, rx/tx", h => h.Card is { } card ? $"{card.ReceiveQueues}/{card.TransmitQueues}" : null),
        ("interrupt CPUs", h => h.Card?.InterruptCpus),
        ("RPS CPUs", h => h.Card?.SteeringCpus),
    ];

    /// <summary>What is to be alike on all hosts, or the figures tell of the difference.</summary>
    private static readonly string[] Alike = ["kernel", "governor", "MTU"];

    /// <summary>Asks every host of a lab.</summary>
    public static IReadOnlyList<SurveyedHost> Take(Lab lab) => [.. lab.Hosts.Select(member =>
    {
        try
        {
            return new SurveyedHost(member, lab.Coordinator.Clock(member.Entry, Pings), null);
        }
        catch (ClockJumpException e)
        {
            return new SurveyedHost(member, null, e.Message);
        }
        catch (HostLostException e)
        {
            return new SurveyedHost(member, null, e.Reason);
        }
    })];

    /// <summary>The hosts side by side, the sysctls that differ, and the problems.</summary>
    public static void Print(IReadOnlyList<SurveyedHost> hosts, TextWriter output)
    {
        List<string[]> lines = [["", .. hosts.Select((h, i) => $"{h.Member.Entry.Name}{(i == 0 ? " (server)" : "")}")]];
        lines.AddRange(Rows.Select(row => (string[])[row.Name, .. hosts.Select(h => row.Of(h) is { Length: > 0 } text ? text : Unknown)]));
        lines.AddRange(DifferentSysctls(hosts).Select(name => (string[])[name, .. hosts.Select(h => h.Facts.Sysctls.GetValueOrDefault(name) ?? Unknown)]));
        int[] widths = [.. lines[0].Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((text, column) => TextFromOutside.Line(text).PadRight(widths[column]))).TrimEnd());
        }

        string[] problems = [.. Problems(hosts)];
        output.WriteLine();
        output.WriteLine(problems.Length == 0 ? "Nothing that would affect a run over these hosts." : string.Join('\n', problems.Select(p => $"! {p}")));
    }

    /// <summary>One line each.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<SurveyedHost> hosts)
    {
        foreach (SurveyedHost host in hosts)
        {
            string name = host.Member.Entry.Name;
            if (host.ClockProblem is { } problem)
            {
                yield return $"{name}: {problem}";
            }

            if (host.Clock is { } clock && clock.HalfWidthNs / 1e3 > WideBoundUs)
            {
                yield return $"{name}: its clock is known to ±{Number(clock.HalfWidthNs / 1e3 / UsPerMs)} ms only, wider than a probe of a restart; "
                    + "use a shorter way to the engine, or a quieter host";
            }

            if (host.Member.Description.ClockState == "free")
            {
                yield return $"{name}: nobody keeps its clock; run chrony or systemd-timesyncd there";
            }

            if (host.Card is { Duplex: "half" } card)
            {
                yield return $"{name}: {card.Name} is half duplex; look at the cable and the switch";
            }
        }

        if (hosts.Select(h => h.Card?.SpeedMbit).OfType<int>().Distinct().Count() > 1)
        {
            yield return $"cards differ: {Each(hosts, h => $"{h.Card}")}; the slowest limits all";
        }

        foreach ((string name, Func<SurveyedHost, string?> of) in Rows.Where(row => Alike.Contains(row.Name)))
        {
            if (hosts.Select(h => of(h) ?? "").Distinct().Count() > 1)
            {
                yield return $"{name} differs: {Each(hosts, h => of(h) ?? Unknown)}";
            }
        }

        foreach (string name in DifferentSysctls(hosts))
        {
            yield return $"{name} differs: {Each(hosts, h => h.Facts.Sysctls.GetValueOrDefault(name) ?? Unknown)}; sysctl -w {name}=… makes them alike";
        }
    }

    private static string[] DifferentSysctls(IReadOnlyList<SurveyedHost> hosts) =>
    [
        .. hosts[0].Facts.Sysctls.Keys.Order(StringComparer.Ordinal)
            // What a host does not show, as in a network namespace, cannot be compared.
            .Where(name => hosts.All(h => h.Facts.Sysctls.ContainsKey(name)))
            .Where(name => hosts.Select(h => h.Facts.Sysctls.GetValueOrDefault(name)).Distinct().Count() > 1),
    ];

    private static string Each(IReadOnlyList<SurveyedHost> hosts, Func<SurveyedHost, string> text) =>
        string.Join(", ", hosts.Select(h => $"{h.Member.Entry.Name} {TextFromOutside.Clip(text(h))}"));

    /// <summary>The version, and of the commit enough to know it by.</summary>
    private static string Short(string version) => version.Split('+') is [var number, { Length: > CommitShown } commit]
        ? $"{number}+{commit[..CommitShown]}"
        : version;

    // What rounds to nothing is no negative nothing.
    private static string Number(double value) => (Math.Round(value, 3) + 0.0).ToString("0.###", CultureInfo.InvariantCulture);
}
