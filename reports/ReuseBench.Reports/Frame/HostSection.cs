using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Frame;

/// <summary>Rules, host, every setting, and the command that repeats the run.</summary>
internal static class MethodSection
{
    public static Section Of(RunAnalysis run) => new("How was this measured?", [.. Blocks(run)]);

    private static IEnumerable<Block> Blocks(RunAnalysis run)
    {
        if (run.Cells.Count > 0)
        {
            yield return new Paragraph($"{run.Provenance.Of(run.Cells)}.");
        }

        if (run.Data.Manifest is { } manifest)
        {
            yield return new Paragraph(RepeatCommand.Needs(manifest) ?? "This command repeats the run with the same seed:");
            yield return new Code(RepeatCommand.Of(manifest));
        }

        yield return new Fold("Rules by which numbers are made and compared", [.. ReadingSection.Of(run)]);
        foreach (string advice in run.Data.Manifest is { Host: var host } ? new[] { HostAdvice.Isolated(host), HostAdvice.Unseen(host) }.OfType<string>() : [])
        {
            yield return new Paragraph($"Note: {advice}.");
        }

        yield return new Fold("Host, kernel and run", [.. HostBlocks.Of(run.Data)]);
        Block[] settings = [.. SettingsBlocks.Of(run)];
        if (settings.Length > 0)
        {
            yield return new Fold("Every setting and its values", settings);
        }
    }
}

/// <summary>The command line that measures the same again.</summary>
internal static class RepeatCommand
{
    private const string Program = "reusebench";
    private const string Seed = "--seed";

    /// <summary>These name the folder of one run, which another cannot have, and who was told of it.</summary>
    private static readonly string[] OfOneRun = ["--out", "-o", "--resume", "--junit"];

    private const string Told = "--github";

    /// <summary>How a command line names standard input as its matrix.</summary>
    private static readonly string[] FromInput = ["-", "--matrix=-", "-m=-"];

    /// <summary>What the command lacks, as the sentence before it; null where it is all that it takes.</summary>
    public static string? Needs(RunManifest run) =>
        run.Arguments.Any(FromInput.Contains) ? "The matrix came from standard input; give it there again:" : null;

    /// <summary>The arguments as given, without where the run went, with the seed.</summary>
    public static string Of(RunManifest run)
    {
        List<string> kept = [];
        for (int i = 0; i < run.Arguments.Length; i++)
        {
            string argument = run.Arguments[i];
            if (OfOneRun.Contains(argument))
            {
                i++;
            }
            else if (argument != Told && !OfOneRun.Any(o => argument.StartsWith(o + "=", StringComparison.Ordinal)))
            {
                kept.Add(argument);
            }
        }

        bool hasSeed = kept.Any(a => a == Seed || a.StartsWith(Seed + "=", StringComparison.Ordinal));
        string[] all = [Program, .. kept, .. hasSeed ? [] : new[] { Seed, run.Seed.ToString(CultureInfo.InvariantCulture) }];
        return ShellWords.Join(all);
    }
}

/// <summary>The host and the run, as <c>run.json</c> tells them.</summary>
internal static class HostBlocks
{
    public static IEnumerable<Block> Of(RunData data)
    {
        if (data.Manifest is not RunManifest run)
        {
            yield return new Paragraph($"Not known: {RunFiles.Manifest} is missing from the run folder.");
            yield break;
        }

        HostFacts host = run.Host;
        (string Name, string? Value)[] facts =
        [
            ("Run", run.RunId),
            ("Status", Names.Of(run.Status)),
            ("Started (UTC)", run.StartedUtc),
            ("Ended (UTC)", run.EndedUtc),
            ("Matrix", run.Matrix),
            ("Arguments", string.Join(' ', run.Arguments)),
            ("Seed", $"{run.Seed}"),
            ("Work of 1 µs of service time", run.RoundsPerUs is double rounds ? string.Create(CultureInfo.InvariantCulture, $"{rounds:0} loop rounds") : null),
            .. (run.Capacities ?? []).Select(c => ($"100 % of the rate: {c.Work}", (string?)string.Create(
                CultureInfo.InvariantCulture,
                $"{(c.IsLowerBound ? "at least " : "")}{c.Rps:0} requests/s, median of {c.Repeats} in a closed loop ({c.CellId})"))),
            ("Isolation", run.Isolation),
            ("Kernel", host.Kernel),
            ("Operating system", host.OperatingSystem),
            ("Machine", host.Machine),
            ("CPU", host.CpuModel),
            ("CPUs allowed", host.AllowedCpus is { } list ? $"{host.CpusAllowed} ({list})" : $"{host.CpusAllowed}"),
            ("Physical cores of these", Text(host.PhysicalCores)),
            ("NUMA nodes", Text(host.NumaNodes)),
            ("Server and swarm, where a cell says nothing", NumaWords(host.NumaPlacement)),
            ("CPU quota", host.CpuQuota is double quota ? string.Create(CultureInfo.InvariantCulture, $"{quota:0.##} CPUs") : "none"),
            ("Server CPUs", host.ServerCpus),
            ("Client CPUs", host.ClientCpus),
            ("CPUs of the measurement", host.MeasurementCpus),
            ("CPU governor", host.CpuGovernor),
            ("CPU frequency driver", host.CpuFrequencyDriver),
            ("CPU turbo", OnOff(host.CpuTurbo)),
            ("CPU energy preference", host.CpuEnergyPreference),
            ("CPU idle states", host.CpuIdleStates),
            ("CPU microcode", host.CpuMicrocode),
            ("CPU mitigations", host.CpuMitigations),
            ("Simultaneous multithreading", OnOff(host.Smt)),
            ("CPUs that share an L3 cache", host.L3Domains),
            ("Isolated CPUs (isolcpus)", host.IsolatedCpus),
            ("CPUs without a tick (nohz_full)", host.NohzFullCpus),
            ("Clock source", host.ClockSource),
            ("Hypervisor", host.Hypervisor),
            ("Container", host.Container),
            ("Files that lxcfs makes up", host.LxcfsFiles),
            ("CPU steal", StealWords(host)),
            ("Interrupts are charged", InterruptWords(host.InterruptTime)),
            ("Pacing of the swarm", host.Pacing),
            ("Accept by io_uring", host.IoUring),
            ("Memory", host.MemoryKib is long kib ? $"{kib / 1024.0 / 1024.0:0.#} GiB" : null),
            ("Runtime", host.Runtime),
            ("Start of a process", host.CompiledAhead is bool ahead ? StartWords(ahead) : null),
            ("ReuseBench", host.ReuseBenchVersion),
            ("Commit", host.Commit),
        ];
        yield return new Table("As recorded in run.json.", ["What", "Value"], [.. facts.Select(f => Row(f.Name, f.Value))]);
        if (host.Sysctls.Count > 0)
        {
            yield return new Table("Kernel settings in force where the measurement ran.", ["Setting", "Value"],
                [.. host.Sysctls.Select(s => Row(s.Key, s.Value))]);
        }
    }

    private static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? OnOff(bool? value) => value is bool known ? known ? "on" : "off" : null;

    private static string StartWords(bool isCompiledAhead) =>
        isCompiledAhead ? "compiled ahead of time, but for what is measured" : "compiled at each start, which takes longer";

    private static string? StealWords(HostFacts host) => host.StealSeen switch
    {
        true => "counted by the kernel",
        false => host.StealUnseenWhy is { } why ? $"cannot be seen here: {why}" : "cannot be seen here",
        // A run of before it was asked says nothing; one on bare metal has none.
        null => host.Hypervisor is null && host.AllowedCpus is not null ? "none: bare metal, as far as the kernel says" : null,
    };

    private static string? NumaWords(string? placement) => placement switch
    {
        "same" => "on one NUMA node",
        "apart" => "on different NUMA nodes",
        "mixed" => "share a NUMA node of several",
        _ => placement,
    };

    private static string? InterruptWords(string? interruptTime) => interruptTime switch
    {
        "process" => "to the process that was interrupted",
        "apart" => "to no process: CPU per request would lack the receiving of packets and is left empty",
        "unknown" => "not known here (the kernel's configuration cannot be read): CPU per request might lack the receiving of packets and is "
            + "left empty",
        _ => interruptTime,
    };

    private static IReadOnlyList<string> Row(string name, string? value) => [name, string.IsNullOrEmpty(value) ? "–" : value];
}

/// <summary>Every setting with the values it had.</summary>
internal static class SettingsBlocks
{
    public static IEnumerable<Block> Of(RunAnalysis run)
    {
        IReadOnlyList<MeasuredCell> cells = run.Cells;
        if (cells.Count > 0)
        {
            yield return new Table(
                $"Settings of the {cells.Count} cell{(cells.Count == 1 ? "" : "s")}, by their column in results.csv.",
                ["Setting", "Values"],
                [
                    .. CellSettings.All.Where(s => s.Role != SettingRole.Process)
                        .Select(s => (IReadOnlyList<string>)[s.Column, Values(cells.Select(c => s.ToColumn(c.Cell)))]),
                    ["isolation", Values(cells.Select(c => Names.Of(c.Row.Isolation)))],
                ]);
        }
    }

    private static string Values(IEnumerable<string> values) => string.Join(
        ", ",
        values.Select(v => string.IsNullOrEmpty(v) ? "–" : v).Distinct()
            .OrderBy(v => double.TryParse(v, out double number) ? number : double.MaxValue).ThenBy(v => v, StringComparer.Ordinal));
}
