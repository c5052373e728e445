namespace ReuseBench.Linux.Tests;

public sealed class ThreadTests
{
    /// <summary>SCHED_OTHER.</summary>
    private const int Ordinary = 0;

    [Fact]
    public void A_thread_that_is_bound_to_a_cpu_runs_there() => OwnThread.Run(() =>
    {
        int[] allowed = CpuAffinity.OfCurrentThread();
        Assert.NotEmpty(allowed);
        foreach (int cpu in allowed)
        {
            CpuAffinity.SetCurrentThread([cpu]);
            Assert.Equal([cpu], CpuAffinity.OfCurrentThread());
            Assert.Equal(cpu, ThreadInfo.CurrentCpu());
        }

        CpuAffinity.SetThread(ThreadInfo.Tid(), allowed);
        Assert.Equal(allowed, CpuAffinity.OfCurrentThread());
    });

    [Fact]
    public void A_thread_stays_on_its_cpu_until_it_is_let_go() => OwnThread.Run(() =>
    {
        int[] allowed = CpuAffinity.OfCurrentThread();
        using (StayOnCpu.Begin())
        {
            Assert.Equal([ThreadInfo.CurrentCpu()], CpuAffinity.OfCurrentThread());
        }

        Assert.Equal(allowed, CpuAffinity.OfCurrentThread());
    });

    [Fact]
    public void A_cpu_that_is_not_there_is_an_error_that_names_it() => OwnThread.Run(() =>
    {
        LinuxException error = Assert.Throws<LinuxException>(() => CpuAffinity.SetCurrentThread([100_000]));
        Assert.StartsWith("sched_setaffinity CPUs 100000: EINVAL", error.Message);
    });

    [Fact]
    public void A_thread_gets_real_time_priority_or_is_told_why_not() => OwnThread.Run(() =>
    {
        Assert.Equal(Ordinary, PolicyOfThisThread());
        int result = RealTimePriority.TrySetCurrentThread();
        Assert.True(result is 0 or -ErrnoCode.EPERM, $"sched_setscheduler gave {result}");
        Assert.Equal(result == 0 ? LibC.SCHED_FIFO : Ordinary, PolicyOfThisThread());
    });

    [Fact]
    public void A_mask_holds_more_than_1024_cpus()
    {
        int[] cpus = [0, 63, 64, 1023, 1024, 4095];
        Assert.Equal(cpus, CpuAffinity.FromMask(CpuAffinity.ToMask(cpus)));
    }

    [Fact]
    public void A_thread_name_reaches_the_kernel_cut_to_15_bytes() => OwnThread.Run(() =>
    {
        ThreadInfo.SetName("worker-123456789012");
        Assert.Equal("worker-12345678\n", File.ReadAllText($"/proc/self/task/{ThreadInfo.Tid()}/comm"));
    });

    [Theory]
    [InlineData("0-3,8", new[] { 0, 1, 2, 3, 8 })]
    [InlineData("5", new[] { 5 })]
    [InlineData("3,1-2,2\n", new[] { 1, 2, 3 })] // any order, doubles, the line end of sysfs
    [InlineData("", new int[0])]
    public void A_cpu_list_is_read(string text, int[] cpus) => Assert.Equal(cpus, CpuList.Parse(text));

    [Theory]
    [InlineData("a")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    public void What_is_no_cpu_list_is_refused(string text) => Assert.Throws<FormatException>(() => CpuList.Parse(text));

    [Theory]
    [InlineData(new[] { 8, 0, 1, 2, 3 }, "0-3,8")]
    [InlineData(new[] { 4 }, "4")]
    [InlineData(new int[0], "")]
    public void A_cpu_list_is_written_short(int[] cpus, string text) => Assert.Equal(text, CpuList.Format(cpus));

    /// <summary>
    /// Field 41 of <see href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</see>; the name is field 2.
    /// </summary>
    private static int PolicyOfThisThread()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[41 - 3], System.Globalization.CultureInfo.InvariantCulture);
    }
}
