using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ReuseBench.Linux.Tests;

/// <summary>
/// Second processes for the tests that need one: this program started again with a role in its environment. The role is played on
/// the main thread before the test runner begins, and ends the process.
/// </summary>
internal static class ChildRole
{
    internal const string Ready = "READY";

    private const string RoleVariable = "REUSEBENCH_TEST_ROLE";
    private const string ArgumentVariable = "REUSEBENCH_TEST_ARGUMENT";
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(90);

    private static readonly Dictionary<string, Action<string>> Roles = new()
    {
        [nameof(DieWithParent)] = DieWithParent,
        [nameof(ParentOfOne)] = ParentOfOne,
        [nameof(IgnoreInterrupt)] = IgnoreInterrupt,
        [nameof(AddInSharedMapping)] = AddInSharedMapping,
        [nameof(BurnCpu)] = BurnCpu,
    };

    internal static Process Start(string role, string argument = "")
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildRole).Assembly.Location);
        }

        start.Environment[RoleVariable] = role;
        start.Environment[ArgumentVariable] = argument;
        return Process.Start(start)!;
    }

    /// <summary>The next line of the child, within a bound.</summary>
    internal static async Task<string> LineAsync(Process child)
    {
        string? line = await child.StandardOutput.ReadLineAsync().WaitAsync(LongestLife);
        Assert.NotNull(line);
        return line;
    }

    internal static void End(Process child)
    {
        child.Kill();
        Assert.True(child.WaitForExit(LongestLife), "the child did not end");
        child.Dispose();
    }

    [ModuleInitializer]
    [SuppressMessage(
        "Usage",
        "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "this is a program; the role must win over the runner's Main")]
    internal static void Play()
    {
        if (Environment.GetEnvironmentVariable(RoleVariable) is { } role)
        {
            Roles[role](Environment.GetEnvironmentVariable(ArgumentVariable) ?? "");
            Environment.Exit(0);
        }
    }

    internal static void DieWithParent(string parentPid)
    {
        try
        {
            ChildProcess.DieWithParent(int.Parse(parentPid));
        }
        catch (LinuxException orphaned)
        {
            Console.WriteLine(orphaned.Message);
            return;
        }

        Console.WriteLine(Ready);
        Thread.Sleep(LongestLife);
    }

    internal static void ParentOfOne(string unused)
    {
        using Process child = Start(nameof(DieWithParent), Environment.ProcessId.ToString());
        string? answer = child.StandardOutput.ReadLine();
        Console.WriteLine(answer == Ready ? child.Id.ToString() : answer);
        Thread.Sleep(LongestLife);
    }

    internal static void IgnoreInterrupt(string unused)
    {
        ChildProcess.IgnoreInterrupt();
        Console.WriteLine(Ready);
        Console.WriteLine("after the signal: " + Console.In.ReadLine());
    }

    internal static void AddInSharedMapping(string path)
    {
        using SharedMapping mapping = SharedMapping.Open(path, 4096);
        mapping.At<long>(8) = mapping.At<long>(0) + 1;
        Console.WriteLine(Ready);
    }

    internal static void BurnCpu(string nanoseconds)
    {
        long until = MonotonicClock.ProcessCpuNs(0) + long.Parse(nanoseconds);
        while (MonotonicClock.ProcessCpuNs(0) < until)
        {
        }

        Console.WriteLine(MonotonicClock.ProcessCpuNs(0).ToString());
        Console.In.ReadLine();
    }
}
