using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Frame;

/// <summary>The host and the run, as <c>run.json</c> tells them.</summary>
internal static class HostSection
{
    public static Section Of(RunData data) => new("Host and run", [.. Blocks(data)]);

    private static IEnumerable<Block> Blocks(RunData data)
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
            ("CPUs allowed", $"{host.CpusAllowed}"),
            ("Physical cores of these", Text(host.PhysicalCores)),
            ("NUMA nodes", Text(host.NumaNodes)),
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
            ("Isolated CPUs", host.IsolatedCpus),
            ("Clock source", host.ClockSource),
            ("Hypervisor", host.Hypervisor),
            ("CPU steal", host.StealSeen is bool seen ? seen ? "counted by the kernel" : "cannot be seen here" : null),
            ("Interrupts are charged", InterruptWords(host.InterruptTime)),
            ("Pacing of the swarm", host.Pacing),
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
internal static class SettingsSection
{
    public static Section Of(RunAnalysis run) => new("Settings", [.. Blocks(run)]);

    private static IEnumerable<Block> Blocks(RunAnalysis run)
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
