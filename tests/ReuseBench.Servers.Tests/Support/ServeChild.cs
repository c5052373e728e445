using System.Diagnostics;
using System.Text.Json;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Tests;

/// <summary>A <c>serve</c> process of its own: this test program in its other role. Killed at the latest by Dispose.</summary>
internal sealed class ServeChild : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private readonly Process _process;

    private ServeChild(Process process) => _process = process;

    public static string Executable => Environment.ProcessPath!;

    public int Pid => _process.Id;

    public static ServeChild Start(params string[] options) => Start(Executable, ["serve", .. options]);

    public static ServeChild Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new ServeChild(Process.Start(start)!);
    }

    public ServerReady WaitReady() => JsonSerializer.Deserialize(ReadLine(ServerReady.Prefix), WireJson.Default.ServerReady)!;

    public ServerStats Terminate(int? pid = null)
    {
        ChildProcess.Kill(pid ?? Pid, Signal.Terminate);
        return JsonSerializer.Deserialize(ReadLine(ServerStats.Prefix), WireJson.Default.ServerStats)!;
    }

    /// <summary>Waits for the line that one prints that is ready but for its listener.</summary>
    public void WaitUntilItWaits() => Assert.Equal("", ReadLine(Succession.WaitingLine));

    /// <summary>Writes a line to its standard input, or only closes it.</summary>
    public void Tell(string? line)
    {
        if (line is not null)
        {
            _process.StandardInput.WriteLine(line);
        }

        _process.StandardInput.Close();
    }

    public int WaitExitCode()
    {
        Assert.True(_process.WaitForExit(Limit), "the server ended in time");
        return _process.ExitCode;
    }

    public string ErrorText() => _process.StandardError.ReadToEnd();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(Limit);
        }

        _process.Dispose();
    }

    private string ReadLine(string prefix)
    {
        using CancellationTokenSource limit = new(Limit);
        string? line = _process.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
        Assert.StartsWith(prefix, line, StringComparison.Ordinal);
        return line![prefix.Length..];
    }
}
