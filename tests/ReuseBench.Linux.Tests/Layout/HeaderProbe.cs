using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ReuseBench.Linux.Tests;

/// <summary>
/// Asks the system's own C headers for the value of expressions, by a program that gcc compiles once for all tests of a class.
/// </summary>
public sealed class HeaderProbe : IDisposable
{
    private const string Includes = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <stdio.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <netinet/in.h>
        #include <netinet/tcp.h>
        #include <net/if.h>
        #include <sched.h>
        #include <signal.h>
        #include <string.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/file.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/ptrace.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <sys/timerfd.h>
        #include <sys/timex.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <unistd.h>
        #include <linux/bpf.h>
        #include <linux/capability.h>
        #include <linux/filter.h>
        #include <linux/if_link.h>
        #include <linux/io_uring.h>
        #include <linux/mount.h>
        #include <linux/perf_event.h>
        #include <linux/rtnetlink.h>
        #include <linux/veth.h>

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("reusebench-probe-").FullName;

    /// <summary>The value of each expression as a 64-bit integer. Skips the test where there is no compiler.</summary>
    public IReadOnlyDictionary<string, long> Evaluate(IReadOnlyCollection<string> expressions)
    {
        StringBuilder source = new(Includes);
        source.AppendLine("int main(void) {");
        foreach (string expression in expressions)
        {
            source.AppendLine(CultureInfo.InvariantCulture, $"printf(\"%lld\\n\", (long long)({expression}));");
        }

        source.AppendLine("return 0; }");
        string[] lines = Run(source.ToString()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return expressions.Zip(lines).ToDictionary(pair => pair.First, pair => long.Parse(pair.Second, CultureInfo.InvariantCulture));
    }

    /// <summary>What a C program with these statements in its main prints. Skips the test where there is no compiler.</summary>
    public string RunStatements(string statements) => Run(Includes + "int main(void) {\n" + statements + "\nreturn 0; }\n");

    /// <summary>
    /// The expressions that have another value in the headers of a compiler, which may be for another architecture: nothing is run. Skips the test where
    /// there is no such compiler.
    /// </summary>
    public IReadOnlyList<string> Disagreements(string compiler, IEnumerable<(string Expression, long Value)> ours)
    {
        StringBuilder source = new(Includes);
        foreach ((string expression, long value) in ours.Distinct())
        {
            source.AppendLine(
                CultureInfo.InvariantCulture, $"_Static_assert((long long)({expression}) == {value}LL, \"<<{expression} is not {value}>>\");");
        }

        string file = Path.Combine(_directory, "headers.c");
        File.WriteAllText(file, source.ToString());
        ProcessStartInfo start = new(compiler, ["-w", "-fsyntax-only", file]) { RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{compiler} is not installed (Debian: gcc-{compiler.Split('-')[0].Replace('_', '-')}-linux-gnu with its libc6-dev-…-cross)");
        }

        using (process)
        {
            string[] errors = process!.StandardError.ReadToEnd().Split('\n');
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(150)), $"{compiler} did not end");
            Assert.SkipWhen(errors.Any(line => line.Contains("fatal error", StringComparison.Ordinal)), $"{compiler} has no headers of the C library");
            string[] found = [.. errors.Where(line => line.Contains("<<", StringComparison.Ordinal) && line.Contains(": error: ", StringComparison.Ordinal))];
            return process.ExitCode != 0 && found.Length == 0 ? [.. errors.Take(5)] : found;
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Run(string source)
    {
        string file = Path.Combine(_directory, "probe.c");
        string program = Path.Combine(_directory, "probe");
        File.WriteAllText(file, source);
        try
        {
            _ = Output("gcc", "-w", "-o", program, file);
        }
        catch (Win32Exception)
        {
            Assert.Skip("gcc is not installed; the layouts cannot be held against the system's headers");
        }

        return Output(program);
    }

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(150)), $"{program} did not end");
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
        return output;
    }
}
