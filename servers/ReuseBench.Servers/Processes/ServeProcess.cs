using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Processes;

/// <summary>One process of a group, from its start to its end.</summary>
internal sealed class ServeProcess : IDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);

    // Longer than a drain and the longest service time together.
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(15);

    private const int SignalBase = 128;

    private readonly Process _process;

    private ServeProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts it; to be called on a thread that lives as long as the process shall, since its end is the child's end.</summary>
    /// <exception cref="IOException">It could not be started.</exception>
    public static ServeProcess Start(ProcessStartInfo start)
    {
        try
        {
            return new ServeProcess(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new IOException($"a server process of the group was not started: {e.Message}", e);
        }
    }

    /// <summary>Waits for the READY line.</summary>
    /// <exception cref="IOException">The process ended, or said something else, or nothing in time.</exception>
    public ServerReady WaitReady()
    {
        using CancellationTokenSource limit = new(ReadyWithin);
        string? line = null;
        try
        {
            line = _process.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Told below like any other answer that is no READY.
        }

        if (line is null || !line.StartsWith(ServerReady.Prefix, StringComparison.Ordinal))
        {
            throw new IOException($"server process {Pid} of the group did not become ready: {WhyNotReady(line, limit.IsCancellationRequested)}");
        }

        // Nobody needs the rest, since the counts are on the page; but a STATS line larger than the pipe would hold the child up for good.
        _ = DiscardRestAsync(_process.StandardOutput.BaseStream);
        return JsonSerializer.Deserialize(line[ServerReady.Prefix.Length..], WireJson.Default.ServerReady)!;
    }

    public void AskToStop() => ChildProcess.Kill(Pid, Signal.Terminate);

    /// <summary>Waits for the end; a process that outstays its time is killed.</summary>
    /// <returns>Whether it ended by itself and well.</returns>
    public bool WaitEnd()
    {
        if (!_process.WaitForExit(EndWithin))
        {
            Kill();
            return false;
        }

        return _process.ExitCode == 0;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit(EndWithin);
    }

    public void Dispose() => _process.Dispose();

    private string WhyNotReady(string? line, bool timedOut)
    {
        if (line is not null)
        {
            return $"it printed '{line}'";
        }

        // Standard output ends with the process, or a moment before.
        return timedOut || !_process.WaitForExit(EndWithin)
            ? $"it printed nothing within {ReadyWithin.TotalSeconds:0} s"
            : $"it ended with {EndOf(_process.ExitCode)}";
    }

    /// <summary>The runtime gives the end by a signal as 128 and its number, as a shell does.</summary>
    private static string EndOf(int exitCode) => exitCode > SignalBase ? $"signal {exitCode - SignalBase}" : $"exit code {exitCode}";

    private static async Task DiscardRestAsync(Stream output)
    {
        try
        {
            await output.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The group is disposed of; so is the pipe.
        }
    }
}

/// <summary>How a <c>serve</c> of its own is started.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">What comes before the options, such as <c>serve</c>.</param>
public sealed record ServeCommand(string Executable, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program, in its role <c>serve</c>.</summary>
    public static ServeCommand OfThisProgram { get; } =
        new(Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown"), ["serve"]);

    internal ProcessStartInfo For(ServerSettings settings, string pagePath, int workerBase, int? listenerFd)
    {
        ProcessStartInfo start = new(Executable, Arguments) { RedirectStandardOutput = true };
        foreach (string argument in CellSettings.ToArguments(settings))
        {
            start.ArgumentList.Add(argument);
        }

        Add(start, "page", pagePath);
        Add(start, "worker-base", workerBase.ToString(CultureInfo.InvariantCulture));
        Add(start, "parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        if (listenerFd is int fd)
        {
            Add(start, "listener-fd", fd.ToString(CultureInfo.InvariantCulture));
        }

        return start;
    }

    private static void Add(ProcessStartInfo start, string option, string value)
    {
        start.ArgumentList.Add("--" + option);
        start.ArgumentList.Add(value);
    }
}
