using System.Text.Json;
using System.Text.Json.Serialization;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Files;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Results;

/// <summary><c>run.json</c>: what was asked for, on which host, and how it ended.</summary>
public sealed record RunManifest
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public required string StartedUtc { get; init; }

    public string? EndedUtc { get; init; }

    /// <summary>Name or file name of the matrix.</summary>
    public required string Matrix { get; init; }

    public required ulong Seed { get; init; }

    public required string Isolation { get; init; }

    /// <summary>
    /// Rounds of the work loop that a microsecond of service time stands for in all servers of the run: what an idle server CPU did in one before the
    /// first repeat. Null where it was not asked, as in a run of an older version.
    /// </summary>
    public double? RoundsPerUs { get; init; }

    /// <summary>What 100 % was where a rate is a percentage, for each kind of work; fixed once, for all repeats. Null where none is known.</summary>
    public MeasuredCapacity[]? Capacities { get; init; }

    /// <summary>Wall time within which rounds go on until all that is compared is decided, in seconds; null for a fixed number of repeats.</summary>
    public double? BudgetS { get; init; }

    /// <summary>How often such a run was to look at its figures; the looks share the report's error rate. Null for a fixed number of repeats.</summary>
    public int? Looks { get; init; }

    /// <summary>The command line as given.</summary>
    public required string[] Arguments { get; init; }

    public required PlannedCell[] Cells { get; init; }

    /// <summary>Whether the run also tries what the kernel does with the two options.</summary>
    public bool Semantics { get; init; }

    public required HostFacts Host { get; init; }

    /// <summary>
    /// Sum of <c>measuring_s</c> (side by side: the longest; failed repeats: nothing), the cases of the semantics and the micro-benchmarks, of
    /// all sessions that came to their end, in seconds; a resumed run has several sessions.
    /// </summary>
    public double MeasuredS { get; init; }

    /// <summary>Wall time of the same sessions, report included, in seconds.</summary>
    public double WallS { get; init; }

    /// <summary>Share of the wall time spent outside warm-up and measuring, 0 to 1, over all those sessions; null until the end.</summary>
    public double? OverheadShare { get; init; }

    /// <summary>Thresholds that the run is held to, as <see cref="Expectation.Text"/>; null in a run of before there were any.</summary>
    public string[]? Expect { get; init; }

    /// <summary>Servers of somebody else that its cells name, each mode once; null in a run of before there were any.</summary>
    public PlannedServer[]? Servers { get; init; }

    /// <summary>The hosts of a run over several machines, the server's first, and what connects them; null on one machine.</summary>
    public LabFacts? Hosts { get; init; }

    /// <summary>What was left out by rule or for want of rights, one sentence each.</summary>
    public string[] Skipped { get; init; } = [];

    /// <summary>What <c>doctor</c> says of the host at the begin of the run, worst first; empty in a run of an older version.</summary>
    public HostFinding[] Doctor { get; init; } = [];
}

/// <summary>What connects the hosts of a run over several machines.</summary>
/// <param name="Engine">Where it listened.</param>
/// <param name="EngineVersion">As it says itself.</param>
/// <param name="Hosts">The server's first.</param>
/// <param name="Session">By which engine and agents know the run; null in a run of before it was noted.</param>
public sealed record LabFacts(string Engine, string? EngineVersion, LabHost[] Hosts, string? Session = null);

/// <summary>One of several hosts.</summary>
/// <param name="Name">As the hosts file has it.</param>
/// <param name="Role">What it is there for.</param>
/// <param name="Address">Where it listens, or sends from.</param>
/// <param name="Network">Its card: loopback, veth, or driver and speed.</param>
/// <param name="ClockState">Who disciplines its clock: ptp, ntp or free.</param>
/// <param name="Facts">As for the host of any run.</param>
/// <param name="Queues">Of its card, and the CPUs that serve them; null where nothing is known of them.</param>
public sealed record LabHost(
    string Name, HostRole Role, string Address, string? Network, string? ClockState, HostFacts Facts, string? Queues = null);

/// <summary>Whether a host, in one respect or as a whole, is fit to measure on.</summary>
public enum Fitness
{
    /// <summary>Nothing speaks against it.</summary>
    [JsonStringEnumMemberName("fit")]
    Fit,

    /// <summary>Figures hold, within what the meaning says.</summary>
    [JsonStringEnumMemberName("limits")]
    Limits,

    /// <summary>Figures of this host mislead.</summary>
    [JsonStringEnumMemberName("unfit")]
    Unfit,
}

/// <summary>One property of a host and what it does to figures.</summary>
/// <param name="Name">Such as <c>governor</c>.</param>
/// <param name="Value">As the host has it.</param>
/// <param name="Fitness">Its grade.</param>
/// <param name="Meaning">What it means for the figures, in one sentence.</param>
/// <param name="Change">The command that changes it; null where nothing needs to be changed, or no command can.</param>
public sealed record HostFinding(string Name, string Value, Fitness Fitness, string Meaning, string? Change);

/// <summary>What <c>doctor --json</c> prints.</summary>
/// <param name="Fitness">The worst of the findings.</param>
/// <param name="Findings">Worst first.</param>
public sealed record HostDiagnosis(Fitness Fitness, HostFinding[] Findings);

/// <summary>How far a run has come.</summary>
public enum RunStatus
{
    /// <summary>In progress, or killed.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Every planned repeat was taken, be it that some failed.</summary>
    [JsonStringEnumMemberName("complete")]
    Complete,

    /// <summary>Ended by Ctrl-C or SIGTERM.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>Every planned repeat was taken, and all of them failed: nothing was measured.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>The best throughput in a closed loop of the servers that a run compares.</summary>
/// <param name="Work">What one request costs: the settings of the load and the server that are no default, as <c>key=value</c>.</param>
/// <param name="CellId">The cell that had it.</param>
/// <param name="Rps">The median of its repeats, in requests per second.</param>
/// <param name="Repeats">How many these are.</param>
/// <param name="IsLowerBound">Whether no repeat was valid, such as where the clients were used up: the server can do more.</param>
public sealed record MeasuredCapacity(string Work, string CellId, double Rps, int Repeats, bool IsLowerBound);

/// <summary>A server of somebody else as its cells are to run it.</summary>
/// <param name="Server">As the setting names it.</param>
/// <param name="Mode">Way of listening.</param>
/// <param name="Command">That starts it; words in braces are replaced for each repeat.</param>
/// <param name="Files">Its configuration by file name, likewise.</param>
public sealed record PlannedServer(string Server, string Mode, string[] Command, SortedDictionary<string, string> Files);

/// <param name="CellId">As in the tables.</param>
/// <param name="Repeats">Repeats asked for.</param>
/// <param name="Settings">Every setting by its name in the matrix.</param>
public sealed record PlannedCell(string CellId, int Repeats, SortedDictionary<string, string> Settings);

/// <summary>The host that a run was measured on. What could not be read is null.</summary>
public sealed record HostFacts
{
    public string? Kernel { get; init; }

    public string? Machine { get; init; }

    public string? CpuModel { get; init; }

    public int CpusAllowed { get; init; }

    public string ServerCpus { get; init; } = "";

    public string ClientCpus { get; init; } = "";

    /// <summary>CPUs of the measurement's own threads; empty where it has none of its own.</summary>
    public string MeasurementCpus { get; init; } = "";

    public string? CpuGovernor { get; init; }

    public string? ClockSource { get; init; }

    /// <summary>Whether the clock may rise above its base.</summary>
    public bool? CpuTurbo { get; init; }

    /// <summary>Who sets the clock of the CPUs.</summary>
    public string? CpuFrequencyDriver { get; init; }

    /// <summary>Between performance and power, as that driver is told (EPP).</summary>
    public string? CpuEnergyPreference { get; init; }

    /// <summary>Idle states of the first CPU, with the time that each takes to leave.</summary>
    public string? CpuIdleStates { get; init; }

    public string? CpuMicrocode { get; init; }

    /// <summary>Mitigations of CPU vulnerabilities in force, in one line: they are part of the cost of each system call.</summary>
    public string? CpuMitigations { get; init; }

    /// <summary>Whether cores run several threads at once.</summary>
    public bool? Smt { get; init; }

    /// <summary>Lists of allowed CPUs that share a last-level cache, separated by semicolons.</summary>
    public string? L3Domains { get; init; }

    /// <summary>CPUs that the scheduler leaves alone (isolcpus); empty for none.</summary>
    public string? IsolatedCpus { get; init; }

    /// <summary>CPUs whose tick stops while one thread runs there (nohz_full); empty for none.</summary>
    public string? NohzFullCpus { get; init; }

    /// <summary>The CPUs that the run may use, which <see cref="CpusAllowed"/> counts.</summary>
    public string? AllowedCpus { get; init; }

    /// <summary>
    /// Whether server and swarm had CPUs of one memory node (<c>same</c>), of different ones (<c>apart</c>), or shared some of several (<c>mixed</c>),
    /// where a cell says nothing of it; null on a host with one node.
    /// </summary>
    public string? NumaPlacement { get; init; }

    /// <summary>Whether CPU steal can be seen here; null on bare metal, where there is none.</summary>
    public bool? StealSeen { get; init; }

    /// <summary>Why CPU steal cannot be seen here; null where it can, or there is none.</summary>
    public string? StealUnseenWhy { get; init; }

    /// <summary>What made the container that the run was in, such as <c>docker</c>; null where nothing tells of one.</summary>
    public string? Container { get; init; }

    /// <summary>Files of /proc and /sys that lxcfs makes up for this container, separated by commas; null for none.</summary>
    public string? LxcfsFiles { get; init; }

    /// <summary>What runs this virtual machine; null on bare metal.</summary>
    public string? Hypervisor { get; init; }

    /// <summary>Physical cores of the CPUs that the run may use.</summary>
    public int? PhysicalCores { get; init; }

    /// <summary>Memory nodes of these CPUs.</summary>
    public int? NumaNodes { get; init; }

    /// <summary>CPUs' worth of time that the control group allows; null without a quota.</summary>
    public double? CpuQuota { get; init; }

    /// <summary>To whom the kernel charges the time of interrupts: <c>process</c>, <c>apart</c> (to nobody), or <c>unknown</c>.</summary>
    public string? InterruptTime { get; init; }

    /// <summary>How finely the swarm's waits end: <c>nanoseconds</c> or <c>milliseconds</c>.</summary>
    public string? Pacing { get; init; }

    /// <summary>
    /// Whether accept by io_uring can be had: <c>on</c>, <c>off (2)</c> with the value of kernel.io_uring_disabled, <c>off (seccomp)</c>, or <c>no</c>.
    /// </summary>
    public string? IoUring { get; init; }

    /// <summary>Names this start of the kernel.</summary>
    public string? BootId { get; init; }

    public long? MemoryKib { get; init; }

    public string? OperatingSystem { get; init; }

    public string? Runtime { get; init; }

    /// <summary>
    /// Whether what a process runs before it serves (command line, settings) was compiled when the program was built; without, each start of a
    /// process takes about half as long again. Null where it is not known.
    /// </summary>
    public bool? CompiledAhead { get; init; }

    public string? ReuseBenchVersion { get; init; }

    /// <summary>Commit of the source tree that the program was built from.</summary>
    public string? Commit { get; init; }

    /// <summary>Settings in force where the measurement ran.</summary>
    public SortedDictionary<string, string> Sysctls { get; init; } = [];
}

/// <summary>What a reader of the host's facts is to know of them in words: said by <c>run</c>, <c>doctor</c> and the report alike.</summary>
public static class HostAdvice
{
    /// <summary>How to measure on CPUs that the kernel has isolated; null where there are none, or they are used.</summary>
    public static string? Isolated(HostFacts host)
    {
        if (string.IsNullOrEmpty(host.IsolatedCpus) || host.AllowedCpus is null)
        {
            return null;
        }

        CpuList isolated = CpuList.Parse(host.IsolatedCpus, "isolated");
        CpuList allowed = CpuList.Parse(host.AllowedCpus, "allowed");
        CpuList unused = new(isolated.Cpus.Except(allowed.Cpus));
        return unused.IsEmpty
            ? null
            : $"the kernel keeps CPUs {unused} free of other work (isolcpus), and this process may not use them; to measure there, start it with "
                + $"taskset -c {new CpuList(allowed.Cpus.Concat(isolated.Cpus))}: server and swarm then get the isolated CPUs, all else the others";
    }

    /// <summary>What the counters of this host do not show; null where they show all.</summary>
    public static string? Unseen(HostFacts host) => host.StealSeen == false
        ? $"CPU steal cannot be seen here{(host.StealUnseenWhy is { } why ? $": {why}" : "")}; no verdict can name it"
        : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(HostDiagnosis))]
public sealed partial class ManifestJson : JsonSerializerContext;

/// <summary>Reads and writes <c>run.json</c>; a write replaces the file whole.</summary>
public static class RunManifestFile
{
    /// <summary>Many times what a run of a hundred thousand cells needs.</summary>
    private const long MaxBytes = 512 * 1024 * 1024;

    /// <summary>Longer than any name of a matrix, or any time.</summary>
    private const int MaxName = 200;

    /// <summary>
    /// The manifest with the keys and values of now; <see cref="RunManifest.SchemaVersion"/> is that of the file.
    /// </summary>
    /// <exception cref="UsageException">The folder holds no readable manifest, or one of a later version.</exception>
    public static RunManifest Read(string folder)
    {
        string path = Path.Combine(folder, RunFiles.Manifest);
        try
        {
            string text = ReadText(path);
            RequireVersion(text, path);
            RunManifest manifest = JsonSerializer.Deserialize(text, ManifestJson.Default.RunManifest) ?? throw new JsonException("it is empty");
            RequireWhole(manifest);
            RequireSense(manifest, path);
            manifest = Shown(manifest);
            return manifest.SchemaVersion == SchemaV1.Version ? SchemaV1.Upgrade(manifest) : manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"{path}: not readable as the manifest of a run ({Reason(e)}); name a folder that `run` has written");
        }
    }

    /// <summary>A device or a pipe has no length; what does not end is not read.</summary>
    private static string ReadText(string path)
    {
        long length = RegularFile.LengthOf(path);
        return length is > 0 and <= MaxBytes || !File.Exists(path)
            ? File.ReadAllText(path)
            : throw new IOException(length == 0 ? "it is empty, or no regular file" : "it is too large");
    }

    /// <summary>Asked first: another version may lack what this one requires.</summary>
    private static void RequireVersion(string text, string path)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Schema.Column, out JsonElement version))
        {
            throw new JsonException($"it has no {Schema.Column}");
        }

        Schema.RequireReadable(version.GetRawText(), path);
    }

    /// <summary>Texts that a reader will take apart, so that a damaged one is named with its file.</summary>
    private static void RequireSense(RunManifest manifest, string path)
    {
        try
        {
            foreach (string text in manifest.Expect ?? [])
            {
                _ = Expectation.Parse(text);
            }

            HostFacts host = manifest.Host;
            (string Key, string? Text)[] lists =
                [("server_cpus", host.ServerCpus), ("isolated_cpus", host.IsolatedCpus), ("allowed_cpus", host.AllowedCpus)];
            foreach ((string key, string? text) in lists.Where(l => !string.IsNullOrEmpty(l.Text)))
            {
                _ = CpuList.Parse(text!, key);
            }
        }
        catch (UsageException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    /// <summary>With the texts that go to terminals and into names as this program writes them: the file may be another's.</summary>
    private static RunManifest Shown(RunManifest manifest) => manifest with
    {
        RunId = TextFromOutside.Clip(manifest.RunId, MaxName),
        Matrix = TextFromOutside.Clip(manifest.Matrix, MaxName),
        Isolation = TextFromOutside.Clip(manifest.Isolation, MaxName),
        StartedUtc = TextFromOutside.Clip(manifest.StartedUtc, MaxName),
        // A run of an older version has none.
        Doctor = manifest.Doctor ?? [],
        EndedUtc = manifest.EndedUtc is { } ended ? TextFromOutside.Clip(ended, MaxName) : null,
    };

    /// <summary>JSON may say null where a value is needed.</summary>
    private static void RequireWhole(RunManifest manifest)
    {
        string? missing = manifest switch
        {
            { RunId: null } => "run_id",
            { StartedUtc: null } => "started_utc",
            { Matrix: null } => "matrix",
            { Isolation: null } => "isolation",
            { Arguments: null } => "arguments",
            { Skipped: null } => "skipped",
            { Host: null } => "host",
            { Host.Sysctls: null } => "host.sysctls",
            { Cells: null } => "cells",
            _ when manifest.Cells.Any(c => c is not { CellId: not null, Settings: not null } || c.Settings.ContainsValue(null!)) =>
                "a setting of cells",
            _ when manifest.Capacities?.Any(c => c is not { Work: not null, CellId: not null, Rps: > 0 }) == true => "a value of capacities",
            _ when manifest.Arguments.Contains(null!) || manifest.Skipped.Contains(null!) || manifest.Expect?.Contains(null!) == true =>
                "a text of arguments, skipped or expect",
            _ when manifest.Doctor?.Any(d => d is not { Name: not null, Value: not null, Meaning: not null }) == true => "a text of doctor",
            _ when manifest.Host.Sysctls.ContainsValue(null!) => "a value of host.sysctls",
            _ => null,
        };
        if (missing is not null)
        {
            throw new JsonException($"{missing} is missing");
        }

        RequireBounded(manifest.Cells!);
    }

    /// <summary>A plan that nobody can have made would take its reader's time and memory.</summary>
    private static void RequireBounded(PlannedCell[] cells)
    {
        if (cells.FirstOrDefault(c => c.Repeats is < 0 or > RunLimits.Measurements) is { } cell)
        {
            throw new JsonException(
                $"repeats of cell {TextFromOutside.Clip(cell.CellId)} is {cell.Repeats}, and is from 0 to {RunLimits.Measurements} in any run");
        }

        if (cells.Sum(c => (long)c.Repeats) is > RunLimits.Measurements and long all)
        {
            throw new JsonException($"its cells have {all} repeats, and no run has more than {RunLimits.Measurements}");
        }
    }

    /// <summary>A parser's own words end in positions that say nothing to a reader.</summary>
    private static string Reason(Exception e) =>
        e is JsonException { LineNumber: long line } ? $"line {line + 1} is not JSON of a run" : e.Message.Split('\n', 2)[0];

    public static void Write(string folder, RunManifest manifest)
    {
        WholeFile.Replace(Path.Combine(folder, RunFiles.Manifest), JsonSerializer.Serialize(manifest, ManifestJson.Default.RunManifest) + "\n");
    }
}
