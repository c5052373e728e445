using System.Diagnostics;
using System.Text;

namespace ReuseBench.SystemTests;

/// <summary>A program under a time limit, started without a shell; killed with all it started where the limit passes or the test ends.</summary>
internal sealed class RunningProgram : IDisposable
{
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(4);

    /// <summary>
    /// The program compiles each method once and as well as it can, so that no window holds worse code. Where nothing is timed each is compiled quickly:
    /// a dry run takes 0.40 s of a CPU instead of 0.65 s, a report 1.3 s instead of 1.9 s. Nothing is compiled again within the first minute (60,000 ms, in
    /// hexadecimal as the runtime wants it): a run of four cells takes 5.9 s of a CPU instead of 8.9 s (means of two).
    /// </summary>
    private static readonly (string Name, string Value)[] QuickStart =
        [("DOTNET_TieredCompilation", "1"), ("DOTNET_TieredPGO", "0"), ("DOTNET_TC_CallCountingDelayMs", "EA60")];

    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private RunningProgram(Process process)
    {
        Process = process;
        process.OutputDataReceived += (_, e) => Add(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Add(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The program under test, as it was built with these tests.</summary>
    public static string ReuseBench { get; } = Path.Combine(AppContext.BaseDirectory, "reusebench");

    public Process Process { get; }

    /// <summary>Whether the test is of the quiet suite.</summary>
    private static bool IsTimed => TestContext.Current.TestCase is { } test && test.Traits.TryGetValue("needs", out IReadOnlyCollection<string>? needs)
        && needs.Contains("quiet");

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>In the tests' own folder: the current one is, for moments, that of what is called in this process.</summary>
    public static RunningProgram Start(string program, params string[] arguments) => StartIn(AppContext.BaseDirectory, program, arguments);

    public static RunningProgram StartIn(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        if (!IsTimed)
        {
            foreach ((string name, string value) in QuickStart)
            {
                start.Environment[name] = value;
            }
        }

        return new RunningProgram(Process.Start(start)!);
    }

    public static Outcome Run(string program, params string[] arguments)
    {
        using RunningProgram running = Start(program, arguments);
        running.Process.StandardInput.Close();
        return running.WaitForExit();
    }

    /// <summary>
    /// Processes that were told that they belong to this one. Their network namespace has no name and no mount: it goes with the last of them.
    /// </summary>
    public static List<string> ToldToBelongTo(int pid)
    {
        string marker = $"--parent-pid\0{pid}\0";
        List<string> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                string commandLine = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (commandLine.Contains(marker, StringComparison.Ordinal))
                {
                    children.Add(commandLine.Replace('\0', ' '));
                }
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return children;
    }

    public Outcome WaitForExit(TimeSpan? limit = null)
    {
        if (!Process.WaitForExit(limit ?? DefaultLimit))
        {
            throw new TimeoutException($"{Process.StartInfo.FileName} {string.Join(' ', Process.StartInfo.ArgumentList)} did not end; it said: "
                + $"{Output}{Errors}");
        }

        Process.WaitForExit();
        return new Outcome(Process.ExitCode, Output, Errors);
    }

    /// <summary>One line on standard input, which ends with it.</summary>
    public void Say(string line)
    {
        Process.StandardInput.WriteLine(line);
        Process.StandardInput.Close();
    }

    /// <summary>Waits until a line of standard output begins with a text, and gives the rest of it.</summary>
    public string WaitForLine(string prefix)
    {
        string? found = null;
        Eventually.Holds(
            () => (found = Output.Split('\n').FirstOrDefault(l => l.StartsWith(prefix, StringComparison.Ordinal))) is not null,
            () => $"no line '{prefix}…'; it said: {Output}{Errors}");
        return found![prefix.Length..];
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            Process.WaitForExit();
        }

        Process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}

internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    /// <summary>Whether it did what it was started for, be it that a busy host made all of it invalid: exit code 0 or 4.</summary>
    public bool HasMeasured => ExitCode is 0 or 4;
}
