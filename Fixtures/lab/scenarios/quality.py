"""Captures that do not show all: real recordings, edited."""

from __future__ import annotations

from typing import Any

from capture import Edit, remove, repeat, set_back, snap, start_with
from scenarios.healthy import MAX_302
from scenarios.vocabulary import *
from steps import Step, smbclient

FINAL_ANSWER = message(1, RESPONSE, "smb2.nt_status != 0xc0000016")
WORKS = smbclient("SMB3_02")
FAILS = smbclient(user="alice%wrong")


def quality(name: str, shows: str, step: Step, edit: Edit, *sights: Sight, **rest: Any) -> Scenario:
    return Scenario(f"quality-{name}", shows, (step,), sights, edits=(edit,), **rest)


QUALITY = [
    quality("client-to-server-only", "A healthy session of which only one direction was captured.", WORKS,
            remove(FROM_SERVER, "what the server sent"), NEGOTIATE_REQUEST, absent(RESPONSE), server=MAX_302,
            remark="one direction: no answer is missing, none could be seen"),
    quality("server-to-client-only", "A healthy session of which only the answers were captured.", WORKS,
            remove(FROM_CLIENT, "what the client sent"), NEGOTIATE_RESPONSE, absent(REQUEST), server=MAX_302,
            remark="one direction"),
    quality("failure-client-to-server-only", "A failed logon of which only the requests were captured.", FAILS,
            remove(FROM_SERVER, "what the server sent"), NTLM, absent(RESPONSE), remark="cannot be told"),
    quality("snaplen-96", "A failed logon, each frame cut to 96 bytes: not even the status can be read.", FAILS,
            snap(96), Sight("frame.cap_len < frame.len", "cut frames"), remark="cannot be told"),
    quality("snaplen-256", "A failed logon, each frame cut to 256 bytes: the status can be read, the names cannot.",
            FAILS, snap(256), Sight("frame.cap_len < frame.len", "cut frames"),
            Sight(message(1, RESPONSE, "smb2.nt_status == 0xc000006d"), "STATUS_LOGON_FAILURE"),
            diagnosis="auth-logon-failure"),
    quality("mid-stream", "A healthy session whose capture starts after session setup and validation.", WORKS,
            start_with(message(5), "the first CREATE"), absent(message(0)), absent("tcp.flags.syn == 1"),
            server=MAX_302, remark="nothing to report about what was not seen"),
    quality("gap-session-setup", "A failed logon; the frame with the final answer is missing.", FAILS,
            remove(FINAL_ANSWER, "the final SESSION_SETUP response"), NTLM, absent(FINAL_ANSWER),
            Sight("tcp.analysis.ack_lost_segment || tcp.analysis.lost_segment", "the gap shows"),
            remark="cannot be told: the deciding frame is missing"),
    quality("gap-negotiate", "A healthy session; the frame with the NEGOTIATE response is missing.", WORKS,
            remove(message(0, RESPONSE), "the NEGOTIATE response"), absent(message(0, RESPONSE)), SESSION,
            server=MAX_302, remark="nothing is wrong but the capture"),
    quality("gap-vni-response", "A healthy session; the frames with the VNI responses are missing.", WORKS,
            remove(both(VNI, RESPONSE), "the VNI responses"), VNI_REQUEST, NO_VNI_RESPONSE, TREE, server=MAX_302,
            remark="nothing is wrong but the capture"),
    quality("duplicated", "A failed logon, each frame captured twice.", FAILS, repeat(12_000),
            Sight(message(1, RESPONSE, "smb2.nt_status == 0xc000006d"), "STATUS_LOGON_FAILURE, twice"),
            diagnosis="auth-logon-failure", remark="once, and no packet loss"),
    quality("out-of-order", "A healthy session, as recorded by two cards whose clocks differ.", WORKS,
            set_back(message(1, RESPONSE, OK), "the SESSION_SETUP response", 40),
            Sight(both(message(1, RESPONSE, OK), "frame.time_delta < 0"), "stamped before the request"), TREE,
            diagnosis="capture-out-of-order", remark="as info"),
]
