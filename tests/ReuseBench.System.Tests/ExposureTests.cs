using System.Net;
using System.Runtime.Versioning;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>What SECURITY.md says of what listens, where, as whom, and of who may read what is written, against real runs.</summary>
[SupportedOSPlatform("linux")]
public sealed class ExposureTests
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Each kind of process that a run starts.</summary>
    private const string Matrix = """
        name: exposure
        description: servers, a swarm, a restart and a probe, each for a moment
        groups:
          - {variant: [single, shared, reuseport], workers: 2, workload: keepalive, warmup: 50ms, duration: 300ms, connections: 4}
          - {variant: reuseport, workers: 2, processes: 2, workload: connect, warmup: 50ms, duration: 300ms, connections: 4}
          - {experiment: restart, restart_method: [reuseaddr, handoff], restart_stop: graceful, restart_load: idle}
          - {experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, duration: 50ms}
        """;

    [Theory]
    [InlineData("none")]
    [InlineData("auto")]
    public void What_listens_in_a_run_is_on_loopback_or_in_a_namespace_of_the_run(string isolate)
    {
        using TestFolder folder = new();
        File.WriteAllText(folder.At("exposure.yaml"), Matrix);
        using RunningProgram run = RunningProgram.Start(
            RunningProgram.ReuseBench, "run", "--matrix", folder.At("exposure.yaml"), "--isolate", isolate, "--out", folder.At("run"));
        HashSet<Listening> seen = [];
        Eventually.Holds(
            () =>
            {
                seen.UnionWith(Listening.Of(run.Process.Id));
                return run.Process.HasExited;
            },
            () => "the run does not end: " + run.Errors);
        Outcome outcome = run.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        string own = Listening.NamespaceOf("self");
        Assert.Contains(seen, l => l.Address is not null);
        Assert.All(seen.Where(l => l.Address is not null), l => Assert.True(IPAddress.IsLoopback(l.Address!) || l.Namespace != own, $"{l}"));
        Assert.All(seen, l => AssertPrivate(l, own));

        // Where a namespace was had, what is measured is in it: the host's own has no listener of the run.
        bool isIsolated = RunManifestFile.Read(folder.At("run")).Isolation != "none";
        Assert.Equal(isolate == "auto" && NetworkNamespace.CanHaveOne(out _), isIsolated);
        Assert.Equal(isIsolated, seen.Any(l => l.Address is not null && l.Namespace != own));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0", "--bind", "0.0.0.0")]
    public void A_server_by_hand_listens_on_loopback_unless_it_is_told_otherwise(string address, params string[] options)
    {
        using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, ["serve", "--variant", "reuseport", "--workers", "2", .. options]);
        server.WaitForLine("READY ");

        // The kernel's table is read in pieces, between which others come and go.
        Listening[] listening = [];
        Eventually.Holds(
            () => (listening = [.. Listening.Of(server.Process.Id)]).Count(l => l.Address is not null) == 2,
            () => $"there are {string.Join("; ", listening.Select(l => $"{l}"))}");
        Assert.Equal([address, address], listening.Where(l => l.Address is not null).Select(l => $"{l.Address}"));
        Assert.All(listening, l => AssertPrivate(l, Listening.NamespaceOf("self")));
    }

    [Theory]
    [InlineData("-u", false)]
    [InlineData("", true)]
    public void A_run_folder_is_its_owners_alone_but_under_sudo(string unset, bool isSudo)
    {
        using TestFolder folder = new();
        string[] environment = isSudo ? ["SUDO_UID=1000"] : [unset, "SUDO_UID"];
        string run = folder.At("results", "run");
        Outcome outcome = RunningProgram.Run(
            "/bin/sh", ["-c", "umask 000; exec env \"$@\"", "sh", .. environment, RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(folder),
                "--filter", "variant=single,workload=keepalive", "--out", run]);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        UnixFileMode mode = isSudo
            ? OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
            : OwnerAlone;
        Assert.Equal([mode, mode, mode], new[] { folder.At("results"), run, Path.Combine(run, RunFiles.Logs) }.Select(File.GetUnixFileMode));
    }

    /// <summary>As whom: the user of the test. A Unix socket is a file of its owner alone, or a name of ours, which gives nothing to another user.</summary>
    private static void AssertPrivate(Listening listening, string ownNamespace)
    {
        Assert.Equal(EffectiveUserId(), listening.UserId);
        Assert.True(
            listening.UnixName is null || listening.UnixName.StartsWith("@reusebench-", StringComparison.Ordinal) || listening.Namespace != ownNamespace
                || !File.Exists(listening.UnixName) || (File.GetUnixFileMode(listening.UnixName) & OfOthers) == 0,
            $"{listening}");
    }

    private static int EffectiveUserId() => int.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2]);
}
