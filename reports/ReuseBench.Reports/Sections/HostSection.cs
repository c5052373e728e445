using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Sections;

/// <summary>The host and the run, as <c>run.json</c> tells them.</summary>
public sealed class HostSection : ISection
{
    public string Title => "Host and run";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        if (material.Tables.Manifest is not RunManifest run)
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
            ("Isolation", run.Isolation),
            ("Kernel", host.Kernel),
            ("Operating system", host.OperatingSystem),
            ("Machine", host.Machine),
            ("CPU", host.CpuModel),
            ("CPUs allowed", $"{host.CpusAllowed}"),
            ("Server CPUs", host.ServerCpus),
            ("Client CPUs", host.ClientCpus),
            ("CPU governor", host.CpuGovernor),
            ("Clock source", host.ClockSource),
            ("Hypervisor", host.Hypervisor),
            ("Memory", host.MemoryKib is long kib ? $"{kib / 1024.0 / 1024.0:0.#} GiB" : null),
            ("Runtime", host.Runtime),
            ("ReuseBench", host.ReuseBenchVersion),
            ("Commit", host.Commit),
        ];
        yield return new Table("As recorded in run.json.", ["What", "Value"], [.. facts.Select(f => Row(f.Name, f.Value))]);
        if (host.Sysctls.Count > 0)
        {
            yield return new Table("Kernel settings in force where the measurement ran.", ["Setting", "Value"], [.. host.Sysctls.Select(s => Row(s.Key, s.Value))]);
        }
    }

    private static IReadOnlyList<string> Row(string name, string? value) => [name, string.IsNullOrEmpty(value) ? "–" : value];
}
