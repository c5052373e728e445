using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    // include/uapi/linux/bpf.h: enum bpf_cmd, enum bpf_map_type, enum bpf_prog_type.
    internal const int BPF_MAP_CREATE = 0;
    internal const int BPF_MAP_LOOKUP_ELEM = 1;
    internal const int BPF_MAP_UPDATE_ELEM = 2;
    internal const int BPF_PROG_LOAD = 5;
    internal const uint BPF_MAP_TYPE_ARRAY = 2;
    internal const uint BPF_MAP_TYPE_REUSEPORT_SOCKARRAY = 20;
    internal const uint BPF_PROG_TYPE_SK_REUSEPORT = 21;
    internal const uint BPF_F_MMAPABLE = 1u << 10;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</see>, which the C library does not wrap.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_bpf(nint number, int command, void* attributes, uint size);

    /// <summary><c>union bpf_attr</c> of BPF_MAP_CREATE, as far as it is used.</summary>
    internal struct BpfMapCreate
    {
        internal uint MapType;
        internal uint KeySize;
        internal uint ValueSize;
        internal uint MaxEntries;
        internal uint Flags;
    }

    /// <summary><c>union bpf_attr</c> of BPF_MAP_LOOKUP_ELEM and BPF_MAP_UPDATE_ELEM.</summary>
    internal struct BpfMapElement
    {
        internal uint MapFd;
        internal uint Padding;
        internal ulong Key;
        internal ulong Value;
        internal ulong Flags;
    }

    /// <summary><c>union bpf_attr</c> of BPF_PROG_LOAD, as far as it is used.</summary>
    internal struct BpfProgramLoad
    {
        internal uint ProgramType;
        internal uint InstructionCount;
        internal ulong Instructions;
        internal ulong License;
        internal uint LogLevel;
        internal uint LogSize;
        internal ulong LogBuffer;
    }
}
